import { readFileSync } from 'node:fs';
import { fromRoot } from '../targets.ts';

const read = (file: string) => readFileSync(fromRoot(`microservices/frontend/${file}`), 'utf8');

/** Ports, paths and timeouts in the storefront's nginx configuration. */
export function readNginxConfiguration() {
  const main = read('nginx/nginx.conf.template');
  const [, upstream = ''] = /^ *upstream \w+ \{([^}]*)\}/m.exec(main) ?? [];
  const seconds = (directive: string, text = main.replace(upstream, '')) =>
    Number(new RegExp(`^\\s*${directive} (\\d+)s;`, 'm').exec(text)?.[1]);
  return {
    listens: [...main.matchAll(/^\s*listen (?:[\d.]+:)?(\d+)/gm)].map(([, port]) => Number(port)),
    paths: [...`${main}${read('nginx/site.conf')}`.matchAll(/location = (\S+)/g)].map(
      ([, path]) => path,
    ),
    /** How long idle connections to the backend are kept. */
    upstreamKeepaliveSeconds: seconds('keepalive_timeout', upstream),
    /** The same for connections from browsers and load balancers. */
    keepaliveSeconds: seconds('keepalive_timeout'),
    shutdownSeconds: seconds('worker_shutdown_timeout'),
    /** Of the image, which the container runtime sends instead of SIGTERM (Kubernetes, "Pod Lifecycle", "Stop Signals"). */
    stopSignal: /^STOPSIGNAL (\w+)$/m.exec(read('Dockerfile'))?.[1],
  };
}
