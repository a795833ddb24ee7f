import { setTimeout as sleep } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.ts';
import { toConfig } from './config/config.ts';
import { EnvironmentError, readEnvironment, renamedVariables } from './config/read-environment.ts';
import { readSecretFiles } from './config/secret-files.ts';
import { toSecrets } from './config/secrets.ts';
import { openCredentials } from './db/credential-store.ts';
import { createPool } from './db/pool.ts';
import { createTokenService } from './modules/identity/tokens.ts';
import { TestPaymentProvider } from './modules/payments/test-payment-provider.ts';

async function main(): Promise<void> {
  const files = await readSecretFiles(process.env);
  const environment = readEnvironment(process.env, files);
  const config = toConfig(environment);
  const secrets = toSecrets(environment, files);
  const stop = new AbortController();
  // The pool needs the logger and the logger needs the pool's owner; this breaks the circle.
  let warn = (_error: Error): void => {};
  const pool = createPool(
    await openCredentials(secrets.credentials, environment),
    config.database,
    (error) => warn(error),
  );
  const app = await buildApp({
    config,
    pool,
    tokens: createTokenService(config.identity, secrets.guestTokenKey),
    payments: new TestPaymentProvider(),
    stopping: stop.signal,
  });
  warn = (error) => app.log.warn({ err: error }, 'an idle database connection was lost');

  for (const warning of renamedVariables(process.env)) app.log.warn(warning);

  closeWithGrace({ delay: config.http.shutdownGraceMs, logger: app.log }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'stopping after an error');
    stop.abort();
    // A proxy sends requests on connections that it has kept: they end with an answer that says so, or
    // unused on its side. One that we cut could have a request on its way.
    if (!err) await sleep(config.http.shutdownLingerMs);
    await app.close();
    await pool.end();
  });
  await app.listen({ host: config.http.host, port: config.http.port });
}

main().catch((error: unknown) => {
  // For the person who started the process; there may be no logger yet.
  console.error(explain(error));
  process.exit(1);
});

/** What to do about an error that a person can fix; otherwise the error itself. */
function explain(error: unknown): unknown {
  if (error instanceof EnvironmentError) return error.message;
  if (error instanceof Error && 'code' in error && 'port' in error && error.code === 'EADDRINUSE') {
    return `Port ${error.port} is in use: stop what uses it, or set PORT to another.`;
  }
  return error;
}
