import { readFileSync } from 'node:fs';
import { fromRoot } from '../targets.ts';

const read = (file: string) =>
  readFileSync(fromRoot(`microservices/frontend/nginx/${file}`), 'utf8');

/** What the storefront's nginx says of itself. */
export function readNginxConfiguration() {
  const main = read('nginx.conf.template');
  const seconds = (directive: string) =>
    Number(new RegExp(`^\\s*${directive} (\\d+)s;`, 'm').exec(main)?.[1]);
  return {
    listens: [...main.matchAll(/^\s*listen (?:[\d.]+:)?(\d+)/gm)].map(([, port]) => Number(port)),
    paths: [...`${main}${read('site.conf')}`.matchAll(/location = (\S+)/g)].map(([, path]) => path),
    /** Of connections of browsers and load balancers; the upstream has one of its own. */
    keepaliveSeconds: seconds('keepalive_timeout'),
    shutdownSeconds: seconds('worker_shutdown_timeout'),
  };
}
