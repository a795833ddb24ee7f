// Checks that ports are free; if one is not, names the process that holds it.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { commandOf } from '../run/processes.ts';
import { codeOf, UserError } from '../run/user-error.mjs';
import { isLocalhost } from './host.ts';
import type { Settings } from './settings/read-settings.ts';

/** A server that `npm start` runs, and the variable for its port. */
interface Server {
  readonly name: 'storefront' | 'backend';
  readonly host: string;
  readonly port: number;
  readonly variable: 'PORT' | 'BACKEND_PORT';
}

export const storefrontServer = ({ host, port }: Settings): Server => ({
  name: 'storefront',
  host,
  port,
  variable: 'PORT',
});

export const backendServer = ({ host, backendPort: port }: Settings): Server => ({
  name: 'backend',
  host,
  port,
  variable: 'BACKEND_PORT',
});

/**
 * A sentence for each server that cannot listen.
 * @param isRefused whether the value of a variable is wrong, so that its server cannot be checked
 */
export async function portProblems(
  settings: Settings,
  isRefused: (variable: string) => boolean = () => false,
): Promise<string[]> {
  const servers = [storefrontServer(settings), backendServer(settings)];
  const problems: string[] = [];
  for (const server of servers) {
    if (isRefused('HOST') || isRefused(server.variable)) continue;
    const problem = await portProblem(server);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

export async function portProblem(server: Server): Promise<string | undefined> {
  const { host, port } = server;
  const code = (await tryListen(host, port)) ?? (await tryOtherLoopback(host, port));
  return code === undefined ? undefined : listenProblem(server, code);
}

/** @throws UserError if another program has taken the port since it was checked */
export async function listen(
  app: { listen(address: { host: string; port: number }): Promise<unknown> },
  server: Server,
): Promise<void> {
  const { host, port } = server;
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new UserError(await listenProblem(server, code), { cause: error });
  }
}

/** @param code of the error of listen(2) or of the look-up of the host */
async function listenProblem({ name, host, port, variable }: Server, code: string) {
  const other = port + 1000 > 65_535 ? port - 1000 : port + 1000;
  const change = `choose another one for the ${name}: ${variable}=${other} npm start`;
  if (code === 'EADDRINUSE') {
    const holder = (await findHolder(port)) ?? 'another process';
    return `Port ${port} is in use by ${holder}. Stop that, or ${change}`;
  }
  if (code === 'EACCES') return `Port ${port} can only be used by root: ${change}`;
  const what = HOST_PROBLEMS[code] ?? `which cannot be used (${code})`;
  return `HOST is ${JSON.stringify(host)}, ${what}: give an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::.`;
}

const HOST_PROBLEMS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'a name without an address',
  EAI_AGAIN: 'a name that cannot be resolved now',
  EADDRNOTAVAIL: 'which is no address of this machine',
  EAFNOSUPPORT: 'and this machine has no such network',
};

/**
 * "localhost", which the shop's address says, is 127.0.0.1 and ::1. A browser would show the program that listens
 * on the other one.
 */
async function tryOtherLoopback(host: string, port: number): Promise<string | undefined> {
  if (!isLocalhost(host)) return undefined;
  const others = ['127.0.0.1', '::1'].filter((address) => address !== host);
  for (const address of others) {
    // Anything else, such as a system without IPv6, is no obstacle.
    if ((await tryListen(address, port)) === 'EADDRINUSE') return 'EADDRINUSE';
  }
  return undefined;
}

/** @returns the code of the error; undefined if the port is free */
async function tryListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    return codeOf(error) ?? String(error);
  } finally {
    server.close();
  }
}

/** @returns such as `process 123 (node server.js)`; undefined if the system does not tell */
export async function findHolder(port: number): Promise<string | undefined> {
  const find = process.platform === 'linux' ? findByProc : findByLsof;
  const pid = await find(port).catch(() => undefined);
  return pid === undefined ? undefined : `process ${pid} (${commandOf(pid).slice(0, 100)})`;
}

async function findByLsof(port: number): Promise<number | undefined> {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'];
  const { stdout } = await promisify(execFile)('lsof', args);
  return Number.parseInt(stdout, 10) || undefined;
}

/** Looks for the listening socket's inode among the open files of each process. */
async function findByProc(port: number): Promise<number | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const inodes = tables.flatMap((table) => listeningInodes(table, port));
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  for (const pid of pids) {
    const directory = `/proc/${pid}/fd`;
    for (const name of await readdir(directory).catch(() => [])) {
      const target = await readlink(`${directory}/${name}`).catch(() => '');
      if (inodes.some((inode) => target === `socket:[${inode}]`)) return pid;
    }
  }
  return undefined;
}

const LISTENING = '0A';

function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    return local.endsWith(suffix) && state === LISTENING ? [inode] : [];
  });
}
