// The environments of the services' processes: the caller's, and what one machine needs.

import { resolve } from 'node:path';
import { shownUrl } from '../host.ts';
import type { Environment, Settings } from './read-settings.ts';

/** Files and directories, which a service would look for in its own directory. */
const PATHS = [
  'GUEST_TOKEN_SECRET_FILE',
  'ORDER_LINK_SECRET_FILE',
  'WEBHOOK_SECRET_FILE',
  'STRIPE_SECRET_KEY_FILE',
  'STRIPE_WEBHOOK_SECRET_FILE',
  'SMTP_PASSWORD_FILE',
  'DATABASE_CA_FILE',
  'APP_CREDENTIALS_DIR',
];

/** Relative paths begin at the directory of `npm start`, as people expect. */
export function withAbsolutePaths(env: Environment): Environment {
  const given = PATHS.flatMap((name) => {
    const path = env[name]?.trim();
    return path ? [[name, resolve(path)]] : [];
  });
  return { ...env, ...Object.fromEntries(given) };
}

/** The caller's environment overrides the defaults, except ports and database. */
export function backendEnvironment(
  env: Environment,
  { host, backendPort }: Pick<Settings, 'host' | 'backendPort'>,
  databaseUrl: string,
  guestTokenSecret: string,
): NodeJS.ProcessEnv {
  const isGiven = (name: string) => Boolean(env[name]?.trim());
  const defaults = {
    ENVIRONMENT: 'local',
    COOKIE_SECURE: 'off',
    TRUST_PROXY: '127.0.0.1,::1',
    // All clients on this machine share one address.
    RATE_LIMIT_PER_ADDRESS: '1000000',
    SHUTDOWN_GRACE_MS: '2000',
    ...(isGiven('GUEST_TOKEN_SECRET_FILE') ? {} : { GUEST_TOKEN_SECRET: guestTokenSecret }),
  };
  const missing = Object.entries(defaults).filter(([name]) => !isGiven(name));
  const own = { HOST: host, PORT: String(backendPort), DATABASE_URL: databaseUrl };
  return { ...env, ...Object.fromEntries(missing), ...own };
}

/**
 * The backend's, and a port of the worker's own: any free one, because nothing on this machine looks at it.
 *
 * @param inboxUrl where mails go; undefined: where the caller's environment says
 */
export function workerEnvironment(
  backend: NodeJS.ProcessEnv,
  { host, port }: Pick<Settings, 'host' | 'port'>,
  inboxUrl: string | undefined,
): NodeJS.ProcessEnv {
  const defaults = {
    WORKER_PORT: '0',
    SHOP_TIME_ZONE: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(inboxUrl
      ? {
          SMTP_URL: inboxUrl,
          MAIL_FROM: 'Carthub <orders@carthub.example>',
          MAIL_REPLY_TO: 'help@carthub.example',
          SHOP_URL: shownUrl(host, port),
        }
      : {}),
  };
  const missing = Object.entries(defaults).filter(([name]) => !backend[name]?.trim());
  return { ...backend, ...Object.fromEntries(missing) };
}
