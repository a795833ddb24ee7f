import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readRules, SCRAPE_CONFIGURATION } from '../src/alerts/read.ts';
import { type Labels, relabel } from '../src/alerts/relabel.ts';
import { at, isObject, type JsonObject } from '../src/json.ts';
import { readManifests } from '../src/manifests/read.ts';
import { fromRoot } from '../src/targets.ts';

const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const { scrape_configs: configs } = parse(readFileSync(SCRAPE_CONFIGURATION, 'utf8'));
const jobs = list(configs);
const jobOf = (name: string) => jobs.find((job) => job.job_name === name) ?? {};

/** Labels of each container port, as service discovery gives them (Prometheus, <kubernetes_sd_config>, role pod). */
function discovered(): Labels[] {
  return readManifests('production').flatMap((manifest) => {
    if (manifest.kind !== 'Deployment') return [];
    const { metadata, spec } = manifest.spec.template;
    return spec.containers.flatMap(({ ports = [] }) =>
      ports.map(({ name, containerPort }) => ({
        __meta_kubernetes_namespace: 'shopping-cart',
        __meta_kubernetes_pod_name: `${manifest.metadata.name}-1`,
        __meta_kubernetes_pod_phase: 'Running',
        __meta_kubernetes_pod_label_app_kubernetes_io_name: String(
          metadata?.labels?.['app.kubernetes.io/name'],
        ),
        __meta_kubernetes_pod_container_port_name: String(name),
        __meta_kubernetes_pod_container_port_number: String(containerPort),
      })),
    );
  });
}

const visible = (labels: Labels) =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__')));

/** Container ports that a job scrapes, with the labels of their series. */
function targets(jobName: string): [string | undefined, Labels][] {
  const job = jobOf(jobName);
  return discovered().flatMap((labels) => {
    const target = relabel({ ...labels, job: jobName }, job.relabel_configs);
    return target
      ? [[labels.__meta_kubernetes_pod_container_port_number, visible(target)] as const]
      : [];
  }) as [string | undefined, Labels][];
}

describe('the collector', () => {
  it.each([
    ['backend', '8000'],
    ['worker', '8001'],
    ['frontend', '9113'],
  ])("scrapes %s's metrics at port %s, with the labels that rules name", (job, port) => {
    const pod = `${job}-deployment-1`;
    expect(targets(job)).toEqual([[port, { job, namespace: 'shopping-cart', pod }]]);
    expect(at(jobOf(job), 'metrics_path')).toBeUndefined();
  });

  it('scrapes no pod that has ended', () => {
    const [labels = {}] = discovered();
    const ended = { ...labels, job: 'backend', __meta_kubernetes_pod_phase: 'Succeeded' };
    expect(relabel(ended, jobOf('backend').relabel_configs)).toBeUndefined();
  });

  it('has every job that rules name', () => {
    const named = JSON.stringify(readRules().map(({ object }) => object)).matchAll(
      /\bjob=\\"([\w-]+)\\"/g,
    );
    expect([...new Set([...named].map(([, job]) => job))].sort()).toEqual(
      jobs.map((job) => job.job_name).sort(),
    );
  });

  it('keeps every metric of kube-state-metrics that rules use, of our namespace only', () => {
    const { metric_relabel_configs: rules, honor_labels } = jobOf('kube-state-metrics');
    const used = JSON.stringify(readRules().map(({ groups }) => groups)).match(/\bkube_[a-z_]+/g);
    expect(new Set(used).size).toBeGreaterThan(9);
    for (const __name__ of new Set(used)) {
      expect(relabel({ __name__, namespace: 'shopping-cart' }, rules), __name__).toBeDefined();
      expect(relabel({ __name__, namespace: 'kube-system' }, rules)).toBeUndefined();
    }
    expect(relabel({ __name__: 'kube_pod_info', namespace: 'shopping-cart' }, rules)).toBe(
      undefined,
    );
    // Else `namespace` would be the exporter's.
    expect(honor_labels).toBe(true);
  });
});

it.each(['development', 'production'])('the template of %s has exactly these rules', (name) => {
  const file = fromRoot(`infrastructure_cdk/test/templates/${name}/operations.json`);
  const { Resources: resources } = JSON.parse(readFileSync(file, 'utf8'));
  const groups = Object.values(resources)
    .filter((each) => at(each, 'Type') === 'AWS::APS::RuleGroupsNamespace')
    .flatMap((each) => list(parse(String(at(each, 'Properties', 'Data'))).groups));
  const expected = readRules().flatMap((rules) => rules.groups);
  const sorted = (all: JsonObject[]) =>
    all.toSorted((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
  expect(sorted(groups)).toEqual(sorted(expected));
});

describe('relabeling', () => {
  const labels = { host: 'a', port: '80' };
  const by = (rule: object) => relabel(labels, [rule]);

  it.each([
    ['writes the sources', { source_labels: ['host'], target_label: 'to' }, { to: 'a' }],
    [
      'joins by the separator and writes groups',
      {
        source_labels: ['host', 'port'],
        separator: '@',
        regex: '(.+)@(.+)',
        replacement: `$2-\${1}`,
        target_label: 'to',
      },
      { to: '80-a' },
    ],
    ['writes a constant', { target_label: 'to', replacement: 'x' }, { to: 'x' }],
    [
      'removes a label without a group',
      { source_labels: ['host'], regex: 'a', target_label: 'port' },
      { port: undefined },
    ],
    ['leaves what does not match', { source_labels: ['host'], regex: 'b', target_label: 'to' }, {}],
  ])('%s', (_, rule, changed) => {
    expect({ ...by(rule) }).toEqual({ ...labels, ...changed });
  });

  it.each([
    ['another action', { action: 'labelmap' }, 'is not modeled'],
    ['another field', { modulus: 3 }, 'is not modeled'],
    ['an expression that RE2 does not have', { regex: 'a(?!b)' }, 'no expression of RE2'],
  ])('refuses %s', (_, rule, message) => {
    expect(() => by(rule)).toThrow(message);
  });
});
