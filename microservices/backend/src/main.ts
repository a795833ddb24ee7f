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
import { createPaymentProvider } from './modules/payments/create-payment-provider.ts';

async function main(): Promise<void> {
  const files = await readSecretFiles(process.env);
  const environment = readEnvironment(process.env, files);
  if (process.argv.includes('--check-environment')) return;
  const config = toConfig(environment);
  const secrets = toSecrets(environment, files);
  const stop = new AbortController();
  const pool = createPool(await openCredentials(secrets.credentials, environment), config.database);
  const app = await buildApp({
    config,
    pool,
    tokens: createTokenService(config.identity, secrets.guestTokenKeys),
    orderLinkKeys: secrets.orderLinkKeys,
    payments: await createPaymentProvider(config, secrets, pool),
    stopping: stop.signal,
  });
  for (const warning of renamedVariables(process.env)) app.log.warn(warning);

  closeWithGrace({ delay: config.http.shutdownGraceMs, logger: app.log }, async ({ err }) => {
    // Disposed in reverse order: the app finishes its requests, then the pool ends.
    await using _pool = pool;
    await using _app = app;
    if (err) app.log.fatal({ err }, 'stopping after an error');
    stop.abort();
    // A proxy still sends requests on its open connections. They get `Connection: close`, so that the proxy
    // stops using them; closing them now could cut off a request.
    if (!err) await sleep(config.http.shutdownLingerMs);
  });
  await app.listen({ host: config.http.host, port: config.http.port });
}

main().catch((error: unknown) => {
  // There may be no logger yet.
  console.error(explain(error));
  process.exit(1);
});

/** A message for an error that the operator can fix; otherwise the error itself. */
function explain(error: unknown): unknown {
  if (error instanceof EnvironmentError) return error.message;
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error;
  const { HOST: host, PORT: port = 'the port' } = process.env;
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use: stop the program that uses it, or set another PORT.`;
    case 'EACCES':
      return `Port ${port} can only be used by root: set another PORT.`;
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return `HOST is "${host}", which is no address of this machine: set another HOST (${error.code}).`;
    default:
      return error;
  }
}
