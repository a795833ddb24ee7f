import closeWithGrace from 'close-with-grace';
import { toConfig } from './config/config.ts';
import { EnvironmentError, readEnvironment } from './config/read-environment.ts';
import { readSecretFiles } from './config/secret-files.ts';
import { toSecrets } from './config/secrets.ts';
import { openCredentials } from './db/credential-store.ts';
import { createPool } from './db/pool.ts';
import { runDeadLetters } from './events/dead-letters.ts';
import { createSinks } from './events/sinks/create-sinks.ts';
import { createPaymentProvider } from './modules/payments/create-payment-provider.ts';
import { buildWorker } from './worker-app.ts';

/** The second process of the image: delivers events and ends what nobody ends. `dead-letters` is a command of it. */
async function main(): Promise<void> {
  const files = await readSecretFiles(process.env);
  const environment = readEnvironment(process.env, files);
  const config = toConfig(environment);
  const secrets = toSecrets(environment, files);
  const pool = createPool(await openCredentials(secrets.credentials, environment), config.database);
  const [command, ...words] = process.argv.slice(2);
  if (command === 'dead-letters') {
    await using _pool = pool;
    await runDeadLetters(pool, config.database, words);
    return;
  }
  const stop = new AbortController();
  const sinks = await createSinks(config.events, secrets.webhookKeys);
  const payments = await createPaymentProvider(config, secrets, pool);
  const { app, startTasks } = await buildWorker({
    config,
    pool,
    sinks,
    payments,
    smtpLogin: secrets.smtpLogin,
    orderLinkKeys: secrets.orderLinkKeys,
    stopping: stop.signal,
  });
  const tasks = startTasks();
  closeWithGrace({ delay: config.http.shutdownGraceMs, logger: app.log }, async ({ err }) => {
    // Disposed in reverse order: tasks end what they have begun, then their parts.
    await using _pool = pool;
    await using _app = app;
    await using _tasks = tasks;
    if (err) app.log.fatal({ err }, 'stopping after an error');
    stop.abort();
  });
  if (sinks.length === 0)
    app.log.warn(
      'neither WEBHOOK_URL, SNS_TOPIC_ARN nor EVENT_BUS_ARN is set: no other system gets events',
    );
  await app.listen({ host: config.http.host, port: config.worker.port });
}

main().catch((error: unknown) => {
  // There may be no logger yet.
  console.error(error instanceof EnvironmentError ? error.message : explain(error));
  process.exit(1);
});

/** A message for an error that the operator can fix; otherwise the error itself. */
function explain(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  const port = process.env.WORKER_PORT ?? '8001';
  return error.code === 'EADDRINUSE'
    ? `Port ${port} is in use: stop the program that uses it, or set another WORKER_PORT.`
    : error;
}
