import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { readManifests } from '../src/manifests/read.ts';
import {
  type Command,
  commandsOf,
  hasPlaceholder,
  optionOf,
  RUNBOOK,
  readRunbook,
} from '../src/runbook/commands.ts';
import { fromRoot } from '../src/targets.ts';

const runbook = readRunbook();
const kubectl = commandsOf('kubectl', runbook);
const aws = commandsOf('aws', runbook);

/** Kinds by the names that kubectl accepts in commands. */
const KINDS: Readonly<Record<string, string>> = {
  deploy: 'Deployment',
  deployment: 'Deployment',
  cronjob: 'CronJob',
  ingress: 'Ingress',
  servicemonitor: 'ServiceMonitor',
  horizontalpodautoscaler: 'HorizontalPodAutoscaler',
};
/** Installed by the chart of the AWS Load Balancer Controller. */
const OTHERS = ['Deployment/aws-load-balancer-controller'];

const applied = readManifests('production').map(({ kind, metadata }) => `${kind}/${metadata.name}`);

/** `Kind/name` for each object that a command names as `kind/name` or `kind name`. */
function objectsIn(command: Command): string[] {
  return command.flatMap((word, index) => {
    const [kind = '', name = command[index + 1] ?? ''] = word.replace(/^--from=/, '').split('/');
    const known = KINDS[kind];
    return known === undefined || name === '' || /^(-|[A-Z])/.test(name)
      ? []
      : [`${known}/${name}`];
  });
}

it('names only objects of the manifests', () => {
  const named = kubectl.flatMap(objectsIn);
  expect(new Set(named).size).toBeGreaterThan(6);
  expect(named.filter((object) => !applied.includes(object) && !OTHERS.includes(object))).toEqual(
    [],
  );
});

it('names only AWS resources of the templates', () => {
  const directory = fromRoot('infrastructure_cdk/test/templates/production');
  const templates = readdirSync(directory)
    .map((file) => readFileSync(join(directory, file), 'utf8'))
    .join('\n');
  const named = aws.flatMap((command) =>
    command.filter((word) => /^\/?(carthub|aws-waf)|^\/aws\//.test(word) && !/,|=/.test(word)),
  );
  expect(new Set(named).size).toBeGreaterThan(8);
  const isCreated = (name: string) => templates.includes(`"${name}"`) || name.endsWith('/');
  expect(named.filter((name) => !isCreated(name) && name !== 'carthub-db-restored')).toEqual([]);
});

it('links only to existing headings and files', () => {
  const links = [...runbook.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const anchors = [...runbook.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  const isThere = (link: string) =>
    link.startsWith('#')
      ? anchors.includes(link.slice(1))
      : existsSync(join(dirname(RUNBOOK), link.split('#')[0] ?? ''));
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter((link) => !isThere(link))).toEqual([]);
});

it('parses commands as a shell does', () => {
  const text =
    '```sh\naws a b \\\n  --c "d e" | jq .f\nkubectl g h l && kubectl i j m # k\n```\n`aws l m n`';
  expect(commandsOf('aws', text)).toEqual([
    ['aws', 'a', 'b', '--c', 'd e'],
    ['aws', 'l', 'm', 'n'],
  ]);
  expect(commandsOf('kubectl', text)).toEqual([
    ['kubectl', 'g', 'h', 'l'],
    ['kubectl', 'i', 'j', 'm'],
  ]);
  expect(hasPlaceholder(['kubectl', 'describe', 'pod', 'POD'])).toBe(true);
  expect(hasPlaceholder(['kubectl', 'get', 'pods', '-o', 'wide'])).toBe(false);
});

// "Metric filter terms that include characters other than alphanumerics or underscores must be placed inside double
// quotes" (CloudWatch Logs User Guide, "Filter pattern syntax"), and ids have hyphens.
it('quotes what a filter of logs looks for', () => {
  const patterns = aws.flatMap((command) => optionOf(command, '--filter-pattern') ?? []);
  expect(patterns).toContain('"REQUEST_ID"');
  expect(patterns.filter((pattern) => !/^("[^"]+"|[a-z]+)$/.test(pattern))).toEqual([]);
});
