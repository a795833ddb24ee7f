// An S3 server (moto, from PyPI), and a proxy that can hold requests.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../testbed/free-port.ts';

const BUILT_BY_INSTALL = join(import.meta.dirname, '../../../.carthub/venv/bin/moto_server');
const START_MS = 30_000;

export interface S3Server extends AsyncDisposable {
  readonly url: string;
}

/** Variables of the AWS SDK. The server needs credentials, but does not check them. */
export function s3Environment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: 'drill',
    AWS_SECRET_ACCESS_KEY: 'drill',
    AWS_REGION: 'us-east-1',
  };
}

export async function startS3(): Promise<S3Server> {
  const port = await freePort();
  const child = spawn(findMoto(), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  try {
    await answers(url, child);
  } catch (error) {
    child.kill();
    throw error;
  }
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'close');
      child.kill();
      await ended;
    },
  };
}

export async function createBucket(url: string, name: string): Promise<void> {
  const answer = await fetch(`${url}/${name}`, { method: 'PUT' });
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
}

/** MOTO_SERVER, the one of install.sh, or one on the PATH. */
function findMoto(): string {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((each) => join(each, 'moto_server'));
  const found = [process.env.MOTO_SERVER ?? '', BUILT_BY_INSTALL, ...onPath].find(canRun);
  if (found !== undefined) return found;
  throw new Error('There is no moto_server, which the drills of S3 need: run drills/install.sh.');
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  let problem: Error | undefined;
  child.once('error', (error) => {
    problem = error;
  });
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    if (problem !== undefined) throw problem;
    if (child.exitCode !== null) throw new Error(`moto_server ended with ${child.exitCode}.`);
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(100);
  }
  throw new Error(`moto_server does not respond at ${url}.`);
}

export interface Proxy extends S3Server {
  /** Numbers of the parts that arrived, in order. */
  readonly parts: number[];
  /** Parts from this number on are not answered, until `release`. */
  holdFrom: number;
  release(): void;
  /** Answers to GET requests for objects break off after so many bytes. */
  breakAfter: number;
  broken: number;
}

/** Forwards requests, records the parts of uploads, and disturbs what it is told to. */
export async function startProxy(target: string): Promise<Proxy> {
  const parts: number[] = [];
  const held: (() => void)[] = [];
  const release = () => {
    proxy.holdFrom = Number.POSITIVE_INFINITY;
    for (const forward of held.splice(0)) forward();
  };
  const none = Number.POSITIVE_INFINITY;
  const proxy = { parts, holdFrom: none, release, breakAfter: none, broken: 0 };
  const server = createServer((incoming, outgoing) => {
    const part = Number(/[?&]partNumber=(\d+)/.exec(incoming.url ?? '')?.[1] ?? 0);
    const { method, headers, url: path = '' } = incoming;
    const forward = () => {
      const passed = request(`${target}${path}`, { method, headers }, (answer) => {
        if (method === 'PUT' && part > 0) parts.push(part);
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
        if (method === 'GET' && path.includes('.dump')) breakOff(answer, outgoing, proxy);
      });
      passed.on('error', () => outgoing.destroy());
      incoming.pipe(passed);
    };
    if (method === 'PUT' && part >= proxy.holdFrom) held.push(forward);
    else forward();
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
}

function breakOff(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  proxy: Pick<Proxy, 'breakAfter' | 'broken'>,
): void {
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes < proxy.breakAfter || outgoing.destroyed) return;
    proxy.broken += 1;
    outgoing.destroy();
  });
}
