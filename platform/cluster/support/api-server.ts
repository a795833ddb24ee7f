import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromRoot } from '../../src/targets.ts';
import { Kubectl } from './kubectl.ts';

const START_TIMEOUT_MS = 90_000;

/** kube-apiserver with etcd on this machine. There are no nodes, so no pod runs. */
export interface ApiServer extends AsyncDisposable {
  readonly kubectl: Kubectl;
}

export async function startApiServer(): Promise<ApiServer> {
  const directory = await mkdtemp(join(tmpdir(), 'carthub-cluster-'));
  const [store, peers, api] = await Promise.all([freePort(), freePort(), freePort()]);
  const token = randomBytes(16).toString('hex');
  const key = join(directory, 'service-accounts.pem');
  await writeFile(key, serviceAccountKey());
  await writeFile(join(directory, 'tokens.csv'), `${token},admin,admin,system:masters\n`);

  const url = (port: number) => `http://127.0.0.1:${port}`;
  const children = [
    start('etcd', [
      `--data-dir=${join(directory, 'etcd')}`,
      `--listen-client-urls=${url(store)}`,
      `--advertise-client-urls=${url(store)}`,
      `--listen-peer-urls=${url(peers)}`,
      `--initial-advertise-peer-urls=${url(peers)}`,
      `--initial-cluster=default=${url(peers)}`,
      '--unsafe-no-fsync',
    ]),
    start('kube-apiserver', [
      `--etcd-servers=${url(store)}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${api}`,
      `--cert-dir=${join(directory, 'certificates')}`,
      '--authorization-mode=RBAC',
      `--token-auth-file=${join(directory, 'tokens.csv')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${key}`,
      `--service-account-key-file=${key}`,
      '--service-cluster-ip-range=172.20.0.0/16',
    ]),
  ];
  const kubectl = new Kubectl(`https://127.0.0.1:${api}`, token, directory);
  const server = {
    kubectl,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(children.reverse().map(stop));
      await rm(directory, { recursive: true, force: true });
    },
  };
  try {
    await untilReady(kubectl, children);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

async function untilReady(kubectl: Kubectl, children: readonly ChildProcess[]): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const { exitCode } = await kubectl.run(['get', '--raw', '/readyz']);
    if (exitCode === 0) return;
    if (children.some((child) => child.exitCode !== null))
      throw new Error('kube-apiserver or etcd exited');
    if (Date.now() > deadline) throw new Error('the cluster did not become ready');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(fromRoot(`.carthub/bin/${program}`), args, { stdio: 'ignore' });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

function serviceAccountKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address
          ? resolve(address.port)
          : reject(new Error('no free port')),
      );
    });
  });
}
