// `npm start`: runs the whole shop on this machine until Ctrl-C.

import { once } from 'node:events';
import { join } from 'node:path';
import { BACKEND, DATABASE, FRONTEND, prepareServices } from '../packages/services.ts';
import type { Session } from '../run/session.ts';
import { startBackend } from './backend.ts';
import { type Database, fillDatabase, openDatabase } from './database.ts';
import { requireFreePorts } from './ports.ts';
import { loadSecrets, SECRETS_FILE, type Secrets } from './secrets.ts';
import { readSettings, type Settings } from './settings.ts';
import { buildStorefront } from './storefront.ts';

export async function main(session: Session): Promise<number> {
  const { progress, root, stateDir, signal } = session;
  const settings = readSettings(session.env);
  const { host, port, backendPort } = settings;
  await requireFreePorts(settings);
  progress.line(`\n  ${progress.bold('Carthub')}\n`);
  await prepareServices(session, [DATABASE, BACKEND, FRONTEND]);
  const secrets = await loadSecrets(stateDir);

  // Each uses the previous one and is stopped before it.
  await using database = await openDatabase(session, settings, secrets);
  const backendUrl = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${backendPort}`;
  const env = backendEnvironment(session, settings, database, secrets);
  // The backend starts while the database is migrated; it is ready when it finds the schema that it needs.
  const [started] = await Promise.all([
    progress.step('Start the backend', () => startBackend(session, env, `${backendUrl}/readyz`)),
    fillDatabase(session, database),
  ]);
  await using backend = started;
  const directory = join(root, FRONTEND.directory, 'dist');
  await using storefront = await buildStorefront({ directory, backendUrl });
  await storefront.listen({ host, port });

  progress.line(invitation(session, settings, database));
  const stopped = signal.aborted ? undefined : once(signal, 'abort').then(() => undefined);
  const failure = await Promise.race([stopped, database.died, backend.failed]);
  if (failure !== undefined) throw failure;
  progress.line('\n  Stopping …');
  return 0;
}

/** Defaults for one machine. The caller's environment overrides them, except ports and database. */
function backendEnvironment(
  { env }: Session,
  { host, backendPort }: Settings,
  { backendUrl }: Database,
  { guestTokenSecret }: Secrets,
): NodeJS.ProcessEnv {
  const defaults = {
    ENVIRONMENT: 'local',
    GUEST_TOKEN_SECRET: guestTokenSecret,
    COOKIE_SECURE: 'off',
    TRUST_PROXY: '127.0.0.1',
    // All clients on this machine share one address.
    RATE_LIMIT_PER_ADDRESS: '1000000',
    SHUTDOWN_GRACE_MS: '2000',
  };
  return { ...defaults, ...env, HOST: host, PORT: String(backendPort), DATABASE_URL: backendUrl };
}

function invitation(session: Session, settings: Settings, { ownerUrl }: Database): string {
  const { progress, stateDir } = session;
  const shown = new URL(ownerUrl);
  shown.password = '';
  const password = settings.databaseUrl ? '' : `(password: ${join(stateDir, SECRETS_FILE)})`;
  const rows = [
    ['Storefront', progress.bold(urlOf(settings.host, settings.port))],
    ['API', `${urlOf(settings.host, settings.backendPort)}/docs`],
    ['Database', `${shown.href} ${progress.faint(password)}`],
    ['Logs', join(stateDir, 'logs')],
  ];
  const lines = rows.map(([name = '', value]) => `  ${name.padEnd(12)}${value}`);
  return `\n${lines.join('\n')}\n\n  ${progress.faint('Ctrl-C stops everything.')}`;
}

function urlOf(host: string, port: number): string {
  return `http://${['0.0.0.0', '127.0.0.1'].includes(host) ? 'localhost' : host}:${port}`;
}
