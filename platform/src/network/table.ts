// Reads docs/network.md: the parties and the allowed connections.

import type { LabelSelector } from '../manifests/metadata.ts';
import { selects } from '../manifests/select.ts';
import type { Endpoint } from './endpoints.ts';
import { contains, parseCidr, type Range } from './ranges.ts';

/** A row of the first table: pods of a namespace by labels, or addresses. */
interface Party {
  readonly name: string;
  readonly namespace: string;
  readonly selectors: readonly LabelSelector[];
  readonly blocks: readonly { readonly range: Range; readonly except: readonly Range[] }[];
}

/** A row of the second table, for one port. */
export interface Edge {
  readonly from: Party;
  readonly to: Party;
  readonly protocol: string;
  readonly port: number;
}

export function readTable(markdown: string): Edge[] {
  const rows = (heading: string) => tableUnder(markdown, heading);
  const parties = new Map(
    rows('Parties').map(([name = '', who = '']) => [name, parseParty(name, who)]),
  );
  const party = (name: string) => {
    const found = parties.get(name);
    if (!found)
      throw new Error(`"${name}" is in the table of connections but not in the table of parties`);
    return found;
  };
  return rows('Connections').flatMap(([from = '', to = '', ports = '']) =>
    ports.split(', ').map((text) => {
      const [, protocol = '', port = ''] = /^(TCP|UDP) (\d+)$/.exec(text) ?? [];
      if (port === '') throw new Error(`"${text}" is not a port: write TCP 443`);
      return { from: party(from), to: party(to), protocol, port: Number(port) };
    }),
  );
}

export function rangesOf(edges: readonly Edge[]): Range[] {
  return edges
    .flatMap(({ from, to }) => [...from.blocks, ...to.blocks])
    .flatMap(({ range, except }) => [range, ...except]);
}

export function isParty({ namespace, selectors, blocks }: Party, endpoint: Endpoint): boolean {
  if (endpoint.type === 'addresses') {
    return blocks.some(
      ({ range, except }) =>
        contains(range, endpoint.range) && !except.some((each) => contains(each, endpoint.range)),
    );
  }
  return (
    namespace === endpoint.namespace &&
    selectors.some((selector) => selects(selector, endpoint.labels))
  );
}

/** Whether the table opens ports of the destination. */
export function listed(
  edges: readonly Edge[],
  from: Endpoint,
  to: Endpoint,
): (protocol: string, ports: Range) => boolean {
  const own = edges.filter((edge) => isParty(edge.from, from) && isParty(edge.to, to));
  return (protocol, { first, last }) =>
    first === last && own.some((edge) => edge.protocol === protocol && edge.port === first);
}

/** The cells of the first table below a heading. */
function tableUnder(markdown: string, heading: string): string[][] {
  const [, section = ''] = markdown.split(`\n## ${heading}\n`);
  const lines =
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('|')) ?? [];
  if (lines.length < 3) throw new Error(`docs/network.md has no table under "${heading}"`);
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Parses the code spans of a cell: `NAMESPACE key=value,key=value`, `CIDR` or `CIDR except CIDR …`. */
function parseParty(name: string, cell: string): Party {
  const pieces = [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.split(' '));
  const pods = pieces.filter(([first = '']) => !/^\d/.test(first));
  const blocks = pieces.filter(([first = '']) => /^\d/.test(first));
  return {
    name,
    namespace: pods[0]?.[0] ?? '',
    selectors: pods.map(([, labels = '']) => ({
      matchLabels: Object.fromEntries(labels.split(',').map((label) => label.split('='))),
    })),
    blocks: blocks.map(([cidr = '', , ...except]) => ({
      range: parseCidr(cidr),
      except: except.map(parseCidr),
    })),
  };
}
