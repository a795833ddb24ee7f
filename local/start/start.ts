// `npm start`: runs the whole shop on this machine until Ctrl-C.

import { once } from 'node:events';
import { join } from 'node:path';
import { BACKEND, DATABASE, FRONTEND, prepareServices } from '../packages/services.ts';
import { runToEnd } from '../run/child-process.ts';
import type { Session } from '../run/session.ts';
import { UserError } from '../run/user-error.mjs';
import { startBackend } from './backend.ts';
import { type Database, fillDatabase, openDatabase } from './database.ts';
import { connectUrl, shownUrl } from './host.ts';
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

  await checkBackendEnvironment(session, settings, secrets);

  // Each uses the previous one and is stopped before it.
  await using database = await openDatabase(session, settings, secrets);
  const backendUrl = connectUrl(host, backendPort);
  const env = backendEnvironment(session, settings, database.backendUrl, secrets);
  // The backend starts while the database is migrated; it is ready when it finds the schema that it needs.
  const filled = fillDatabase(session, database);
  const start = () => startBackend(session, env, `${backendUrl}/readyz`, filled);
  const [started] = await Promise.all([progress.step('Start the backend', start), filled]);
  await using backend = started;
  const directory = join(root, FRONTEND.directory, 'dist');
  await using storefront = await buildStorefront({
    directory,
    backendUrl,
    pictureHosts: settings.pictureHosts,
  });
  await storefront.listen({ host, port });

  progress.line(invitation(session, settings, database));
  const stopped = signal.aborted ? undefined : once(signal, 'abort').then(() => undefined);
  const failure = await Promise.race([stopped, database.died, backend.failed]);
  if (failure !== undefined) throw failure;
  progress.line('\n  Stopping …');
  return 0;
}

/** Before anything is started, so that its list of problems is all that is printed. */
async function checkBackendEnvironment(session: Session, settings: Settings, secrets: Secrets) {
  const databaseUrl = settings.backendDatabaseUrl ?? 'postgres://localhost/carthub';
  const { ok, output } = await runToEnd(
    session,
    [process.execPath, 'dist/main.js', '--check-environment'],
    {
      cwd: join(session.root, BACKEND.directory),
      env: backendEnvironment(session, settings, databaseUrl, secrets),
    },
  );
  if (!ok) throw new UserError(output.trim());
}

/** Defaults for one machine. The caller's environment overrides them, except ports and database. */
function backendEnvironment(
  { env }: Session,
  { host, backendPort }: Settings,
  databaseUrl: string,
  { guestTokenSecret }: Secrets,
): NodeJS.ProcessEnv {
  const defaults = {
    ENVIRONMENT: 'local',
    GUEST_TOKEN_SECRET: guestTokenSecret,
    COOKIE_SECURE: 'off',
    TRUST_PROXY: '127.0.0.1,::1',
    // All clients on this machine share one address.
    RATE_LIMIT_PER_ADDRESS: '1000000',
    SHUTDOWN_GRACE_MS: '2000',
  };
  return { ...defaults, ...env, HOST: host, PORT: String(backendPort), DATABASE_URL: databaseUrl };
}

function invitation(session: Session, settings: Settings, { ownerUrl }: Database): string {
  const { progress, stateDir } = session;
  const shown = new URL(ownerUrl);
  shown.password = '';
  const password = settings.databaseUrl ? '' : `(password: ${join(stateDir, SECRETS_FILE)})`;
  const rows = [
    ['Storefront', progress.bold(shownUrl(settings.host, settings.port))],
    ['API', `${shownUrl(settings.host, settings.backendPort)}/docs`],
    ['Database', `${shown.href} ${progress.faint(password)}`],
    ['Logs', join(stateDir, 'logs')],
  ];
  const lines = rows.map(([name = '', value]) => `  ${name.padEnd(12)}${value}`);
  return `\n${lines.join('\n')}\n\n  ${progress.faint('Ctrl-C stops everything.')}`;
}
