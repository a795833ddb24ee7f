// Ports and paths of the manifests, compared with the programs that listen there.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentSchema } from '../../../microservices/backend/src/config/env.ts';
import { at, isObject } from '../json.ts';
import type { Manifest } from '../manifests/kinds.ts';
import type { Container } from '../manifests/pod.ts';
import { podTemplates } from '../manifests/pod-templates.ts';
import { fromRoot } from '../targets.ts';
import { readNginxConfiguration } from './nginx-configuration.ts';

/** What a program answers, as its own code or configuration says. */
interface Program {
  readonly ports: readonly unknown[];
  readonly paths: readonly unknown[];
}

export function findAgreementProblems(manifests: readonly Manifest[]): string[] {
  return podTemplates(manifests).flatMap(({ owner, template }) => {
    if (owner.kind !== 'Deployment') return [];
    const { containers } = template.spec;
    const problems = containers.flatMap((container) => {
      const program = programOf(container);
      return program ? compare(manifests, container, program) : [`nobody knows ${container.name}`];
    });
    return problems.map((problem) => `Deployment ${owner.metadata.name}: ${problem}`);
  });
}

/** Read once: it takes all of the source. */
let backend: Program | undefined;

function programOf({ name, args = [] }: Container): Program | undefined {
  if (name === 'backend') {
    backend ??= readBackend();
    return backend;
  }
  const { listens, paths } = readNginxConfiguration();
  if (name === 'frontend') return { ports: listens.filter((port) => port !== 8081), paths };
  if (name !== 'nginx-exporter') return undefined;
  const [scraped, listened] = ['--nginx.scrape-uri=', '--web.listen-address=:'].map((option) =>
    args.find((arg) => arg.startsWith(option))?.slice(option.length),
  );
  const { port, pathname } = new URL(scraped ?? 'http://none');
  const scrapes = listens.includes(Number(port)) && paths.includes(pathname);
  return { ports: [Number(listened)], paths: scrapes ? ['/metrics'] : [] };
}

function readBackend(): Program {
  const openapi: unknown = JSON.parse(
    readFileSync(fromRoot('microservices/backend/openapi.json'), 'utf8'),
  );
  const source = fromRoot('microservices/backend/src');
  // What is hidden from the documentation, such as /metrics, is in the code alone.
  const hidden = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join(source, file), 'utf8').matchAll(/app\.get\(\s*'([^']+)'/g),
    ]);
  const paths = at(openapi, 'paths');
  return {
    ports: [at(EnvironmentSchema, 'properties', 'PORT', 'default')],
    paths: [...(isObject(paths) ? Object.keys(paths) : []), ...hidden.map(([, path]) => path)],
  };
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
  const monitored = manifests
    .filter((each) => each.kind === 'ServiceMonitor')
    .flatMap(({ spec }) => spec.endpoints)
    .filter(({ port }) => monitors(name, port));
  return [
    ...declared
      .filter(({ containerPort }) => !ports.includes(containerPort))
      .map(({ containerPort }) => `${name} does not listen on ${containerPort}`),
    ...[...probes, ...monitored]
      .filter(({ path }) => !paths.includes(path))
      .map(({ path }) => `${name} does not answer ${path}`),
    ...probes
      .filter(({ port }) => !declared.some((own) => own.name === port))
      .map(({ port }) => `${name} is asked on ${port}, which it does not declare`),
  ];
}

/** The backend is scraped on its only port, nginx by its exporter. */
function monitors(container: string, port: string | undefined): boolean {
  return (
    (container === 'backend' && port === 'http') ||
    (container === 'nginx-exporter' && port === 'metrics')
  );
}
