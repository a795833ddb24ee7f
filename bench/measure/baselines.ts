// Carthub, pgbench and the backend's no-op under the same load, for each number of clients.

import type { Measured } from '../load/load-result.ts';
import type { Tools } from '../load/tools.ts';
import type { Check, Table } from '../report/markdown.ts';
import type { RunOptions, Scenario, ScriptedLoad } from '../scenarios/scenario.ts';
import { openShop, type Shop } from '../shop/shop.ts';
import { interleave } from './measure.ts';
import {
  CARTHUB,
  httpVariant,
  NO_OP,
  noOpVariant,
  PGBENCH,
  pgbenchVariant,
  touchAllCarts,
  warmUp,
} from './variants.ts';

interface Compared extends ScriptedLoad {
  readonly name: string;
  readonly title: string;
  /** The goals for this number of clients. */
  readonly goals?: (clients: number, variants: Baselines) => readonly Check[];
}

export interface Baselines {
  readonly carthub: Measured;
  readonly pgbench: Measured;
  readonly noOp: Measured;
}

export const CLIENTS = [1, 64];

export function compare(compared: Compared): Scenario {
  const { name, title } = compared;
  return {
    name,
    title,
    scripted: compared,
    async measure(tools, options) {
      await using shop = await openShop(tools, compared.shape);
      const tables: Table[] = [];
      for (const clients of CLIENTS)
        tables.push(await compareWith(tools, shop, compared, clients, options));
      return tables;
    },
  };
}

async function compareWith(
  tools: Tools,
  shop: Shop,
  { name, script, isUsedUp, goals }: Compared,
  clients: number,
  options: RunOptions,
): Promise<Table> {
  const carthub = httpVariant(tools, shop, CARTHUB, { clients, script });
  const variants = [
    carthub,
    pgbenchVariant(tools, shop, PGBENCH, clients, [[script, 1]]),
    noOpVariant(tools, shop, clients),
  ];
  await shop.reset();
  if (!isUsedUp) await touchAllCarts(tools, shop);
  await warmUp(variants);
  const refill = async () => {
    await shop.reset();
    carthub.rewind();
  };
  const progress = `${name}, ${clients} clients`;
  const turns = { ...options, progress, ...(isUsedUp ? { prepare: refill } : {}) };
  const measured = await interleave(variants, turns);
  const compared = baselinesOf(measured);
  return {
    heading: headingOf(clients),
    clients,
    variants: measured,
    checks: merged(ratios(compared), goals?.(clients, compared) ?? []),
  };
}

export const headingOf = (clients: number): string =>
  clients === 1 ? '1 client' : `${clients} clients`;

export function baselinesOf(measured: Readonly<Record<string, Measured>>): Baselines {
  const { [CARTHUB]: carthub, [PGBENCH]: pgbench, [NO_OP]: noOp } = measured;
  if (!carthub || !pgbench || !noOp) throw new Error('A variant was not measured.');
  return { carthub, pgbench, noOp };
}

/** A goal replaces the ratio of the same name. */
function merged(all: readonly Check[], goals: readonly Check[]): readonly Check[] {
  const limited = new Set(goals.map(({ what }) => what));
  return [...all.filter(({ what }) => !limited.has(what)), ...goals];
}

export function ratios({ carthub, pgbench, noOp }: Baselines): readonly Check[] {
  return [
    { what: 'throughput / pgbench’s', value: carthub.perSecond / pgbench.perSecond },
    { what: 'throughput / the no-op’s', value: carthub.perSecond / noOp.perSecond },
    { what: 'database CPU / pgbench’s', value: carthub.databaseUs / pgbench.databaseUs },
    { what: 'errors', value: carthub.errors, atMost: 0 },
  ];
}
