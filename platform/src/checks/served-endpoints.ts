// Ports, probe paths and scrape paths of the Deployments against what the programs serve.

import { readContract } from '../contracts/contract.ts';
import { defaultOf } from '../contracts/environment.ts';
import { at, isObject } from '../json.ts';
import type { Manifest } from '../manifests/kinds.ts';
import type { Container } from '../manifests/pod.ts';
import { podTemplates } from '../manifests/pod-templates.ts';
import { readNginxConfiguration } from './nginx-configuration.ts';

/** The ports that a program listens on and the paths that it serves. */
interface Program {
  readonly ports: readonly unknown[];
  readonly paths: readonly unknown[];
}

export function findEndpointProblems(manifests: readonly Manifest[]): string[] {
  return podTemplates(manifests).flatMap(({ owner, template }) => {
    if (owner.kind !== 'Deployment') return [];
    const problems = template.spec.containers.flatMap((container) => {
      const program = programOf(container);
      return program
        ? compare(manifests, container, program)
        : [`the program of container ${container.name} is unknown`];
    });
    return problems.map((problem) => `Deployment ${owner.metadata.name}: ${problem}`);
  });
}

function programOf(container: Container): Program | undefined {
  if (container.name === 'backend') return readBackend();
  if (container.name === 'worker') return readWorker();
  const { listens, paths } = readNginxConfiguration();
  // Port 8081 serves nginx's counters inside the pod only.
  if (container.name === 'frontend') {
    return { ports: listens.filter((port) => port !== 8081), paths };
  }
  return container.name === 'nginx-exporter' ? exporter(container, listens, paths) : undefined;
}

function readBackend(): Program {
  const paths = at(readContract('backend', 'openapi.json'), 'paths');
  return {
    ports: [defaultOf('backend', 'PORT')],
    paths: isObject(paths) ? Object.keys(paths) : [],
  };
}

/** The backend's second program. */
function readWorker(): Program {
  return { ports: [defaultOf('backend', 'WORKER_PORT')], paths: ['/livez', '/readyz', '/metrics'] };
}

/** Serves /metrics only if it scrapes an address that nginx serves. */
function exporter(
  { args = [] }: Container,
  listens: readonly unknown[],
  nginxPaths: readonly unknown[],
): Program {
  const [scraped, listened] = ['--nginx.scrape-uri=', '--web.listen-address=:'].map((option) =>
    args.find((arg) => arg.startsWith(option))?.slice(option.length),
  );
  const { port, pathname } = new URL(scraped ?? 'http://none');
  const canScrape = listens.includes(Number(port)) && nginxPaths.includes(pathname);
  return { ports: [Number(listened)], paths: canScrape ? ['/metrics'] : [] };
}

function compare(
  manifests: readonly Manifest[],
  container: Container,
  { ports, paths }: Program,
): string[] {
  const { name, ports: declared = [], startupProbe, livenessProbe, readinessProbe } = container;
  const probes = [startupProbe, livenessProbe, readinessProbe].flatMap((probe) =>
    probe?.httpGet ? [probe.httpGet] : [],
  );
  const scraped = manifests
    .filter((each) => each.kind === 'ServiceMonitor')
    .flatMap(({ spec }) => spec.endpoints)
    .filter(({ port }) => isScrapedOn(name, port));
  return [
    ...declared
      .filter(({ containerPort }) => !ports.includes(containerPort))
      .map(({ containerPort }) => `${name} does not listen on ${containerPort}`),
    ...[...probes, ...scraped]
      .filter(({ path }) => !paths.includes(path))
      .map(({ path }) => `${name} does not serve ${path}`),
    ...probes
      .filter(({ port }) => !declared.some((own) => own.name === port))
      .map(({ port }) => `${name} is probed on port ${port}, which it does not declare`),
  ];
}

/** Prometheus scrapes backend and worker on their only port, and nginx through its exporter. */
function isScrapedOn(container: string, port: string | undefined): boolean {
  return (
    (['backend', 'worker'].includes(container) && port === 'http') ||
    (container === 'nginx-exporter' && port === 'metrics')
  );
}
