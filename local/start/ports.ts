// Checks that ports are free; if one is not, names the process that holds it.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { commandOf } from '../run/processes.ts';
import { codeOf, UserError } from '../run/user-error.mjs';
import type { Settings } from './settings.ts';

export async function requireFreePorts({ host, port, backendPort }: Settings): Promise<void> {
  await requireFree(host, port, 'PORT', 'storefront');
  await requireFree(host, backendPort, 'BACKEND_PORT', 'backend');
}

async function requireFree(host: string, port: number, variable: string, user: string) {
  const problem = await tryListen(host, port);
  if (problem === undefined) return;
  const change = `choose another one for the ${user}: ${variable}=${port + 1000} npm start`;
  if (problem === 'EADDRINUSE') {
    const holder = (await findHolder(port)) ?? 'another process';
    throw new UserError(`Port ${port} is in use by ${holder}. Stop that, or ${change}`);
  }
  if (problem === 'EACCES') throw new UserError(`Port ${port} can only be used by root: ${change}`);
  throw new UserError(`Port ${port} of ${host} cannot be used (${problem}). Is HOST right?`);
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
