// `npm start`: runs the whole shop on this machine until Ctrl-C.

import { once } from 'node:events';
import { join } from 'node:path';
import { BACKEND, DATABASE, FRONTEND, prepareServices } from '../packages/services.ts';
import { runToEnd } from '../run/child-process.ts';
import type { Session } from '../run/session.ts';
import { UserError } from '../run/user-error.mjs';
import { startBackend, startWorker } from './backend.ts';
import { type Database, fillDatabase, openDatabase } from './database.ts';
import { connectUrl, shownUrl } from './host.ts';
import { type Mailbox, openMailbox } from './inbox/mailbox.ts';
import { backendServer, listen, portProblem, storefrontServer } from './ports.ts';
import { loadSecrets, SECRETS_FILE } from './secrets.ts';
import { checkSettings } from './settings/check-settings.ts';
import type { Settings } from './settings/read-settings.ts';
import {
  backendEnvironment,
  withAbsolutePaths,
  workerEnvironment,
} from './settings/service-environment.ts';
import { buildStorefront } from './storefront.ts';

export async function main(given: Session): Promise<number> {
  const session = { ...given, env: withAbsolutePaths(given.env) };
  const { progress, root, stateDir, signal } = session;
  const { settings, isComplete } = await checkSettings(session.env);
  progress.line(`\n  ${progress.bold('Carthub')}\n`);
  await prepareServices(session, [DATABASE, BACKEND, FRONTEND]);
  const { guestTokenSecret, ...passwords } = await loadSecrets(stateDir);
  const environment = (databaseUrl: string) =>
    backendEnvironment(session.env, settings, databaseUrl, guestTokenSecret);
  if (!isComplete) {
    const url = settings.backendDatabaseUrl ?? 'postgres://localhost/carthub';
    await checkBackendEnvironment(session, environment(url));
  }

  // Each uses the previous one and is stopped before it.
  await using database = await openDatabase(session, settings, passwords);
  const backendUrl = connectUrl(settings.host, settings.backendPort);
  // The backend starts while the database is migrated; it is ready when it finds the schema that it needs.
  const filled = fillDatabase(session, database, settings);
  const start = () =>
    startBackend(session, {
      env: environment(database.backendUrl),
      readyUrl: `${backendUrl}/readyz`,
      whenFilled: filled,
      whyEnded: () => portProblem(backendServer(settings)),
    });
  const [started] = await Promise.all([progress.step('Start the backend', start), filled]);
  await using backend = started;
  // With a mail server of the caller's, mails are real.
  await using mailbox = session.env.SMTP_URL?.trim() ? undefined : await openMailbox();
  await using worker = await startWorker(
    session,
    workerEnvironment(environment(database.backendUrl), settings, mailbox?.url),
  );
  const directory = join(root, FRONTEND.directory, 'dist');
  await using storefront = await buildStorefront({
    directory,
    backendUrl,
    pictureHosts: settings.pictureHosts,
    hasStripe: process.env.PAYMENT_PROVIDER?.trim() === 'stripe',
    mailbox,
  });
  await listen(storefront, storefrontServer(settings));

  progress.line(invitation(session, settings, database, mailbox));
  const stopped = signal.aborted ? undefined : once(signal, 'abort').then(() => undefined);
  const failure = await Promise.race([stopped, database.died, backend.failed, worker.failed]);
  if (failure !== undefined) throw failure;
  progress.line('\n  Stopping …');
  return 0;
}

/** Where only the built backend can check its settings: see CheckedSettings. */
async function checkBackendEnvironment(session: Session, env: NodeJS.ProcessEnv) {
  const command = [process.execPath, 'dist/main.js', '--check-environment'];
  const cwd = join(session.root, BACKEND.directory);
  const { ok, output } = await runToEnd(session, command, { cwd, env });
  if (!ok) throw new UserError(output.trim());
}

function invitation(
  session: Session,
  settings: Settings,
  { ownerUrl }: Database,
  mailbox: Mailbox | undefined,
): string {
  const { progress, stateDir } = session;
  const shown = new URL(ownerUrl);
  shown.password = '';
  const password = settings.databaseUrl ? '' : `(password: ${join(stateDir, SECRETS_FILE)})`;
  const rows = [
    ['Storefront', progress.bold(shownUrl(settings.host, settings.port))],
    ...(mailbox ? [['Inbox', `${shownUrl(settings.host, settings.port)}/inbox`]] : []),
    ['API', `${shownUrl(settings.host, settings.backendPort)}/docs`],
    ['Database', `${shown.href} ${progress.faint(password)}`],
    ['Logs', join(stateDir, 'logs')],
  ];
  const lines = rows.map(([name = '', value]) => `  ${name.padEnd(12)}${value}`);
  return `\n${lines.join('\n')}\n\n  ${progress.faint('Ctrl-C stops everything.')}`;
}
