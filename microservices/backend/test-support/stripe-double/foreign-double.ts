import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 20_000;

export interface ForeignDouble extends AsyncDisposable {
  readonly url: string;
}

/** Starts a double of Stripe that others have written. */
export async function startForeignDouble(
  command: string,
  toArguments: (port: number) => string[],
): Promise<ForeignDouble> {
  const port = await freePort();
  const child = spawn(command, toArguments(port), { stdio: 'ignore' });
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Error(`${command} cannot be started: see README.md, "Payments"`, { cause })),
    );
  });
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([failed, untilAnswering(url)]);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function untilAnswering(url: string): Promise<void> {
  const until = Date.now() + START_MS;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch (cause) {
      if (Date.now() > until) throw new Error(`nothing answers at ${url}`, { cause });
      await sleep(50);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
