import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kubectl } from './kubectl.ts';
import { freePort, type Program, startProgram } from './processes.ts';
import { until } from './until.ts';

const START_TIMEOUT_MS = 90_000;

/** kube-apiserver with etcd on this machine. Without other programs there are no nodes, so no pod runs. */
export interface ApiServer extends AsyncDisposable {
  readonly kubectl: Kubectl;
  readonly url: string;
  /** Of a member of system:masters. */
  readonly token: string;
  /** For the files of programs that use it; removed at the end. */
  readonly directory: string;
  /** The private key of service accounts' tokens. */
  readonly serviceAccountKey: string;
  readonly programs: readonly Program[];
}

/** @param flags further flags of kube-apiserver */
export async function startApiServer(flags: readonly string[] = []): Promise<ApiServer> {
  const directory = await mkdtemp(join(tmpdir(), 'carthub-cluster-'));
  const [store, peers, api] = await Promise.all([freePort(), freePort(), freePort()]);
  const token = randomBytes(16).toString('hex');
  const key = join(directory, 'service-accounts.pem');
  await writeFile(key, serviceAccountKey());
  await writeFile(join(directory, 'tokens.csv'), `${token},admin,admin,system:masters\n`);

  const plain = (port: number) => `http://127.0.0.1:${port}`;
  const run = (name: string, args: readonly string[]) =>
    startProgram(name, args, join(directory, `${name}.log`));
  const programs = [
    run('etcd', [
      `--data-dir=${join(directory, 'etcd')}`,
      `--listen-client-urls=${plain(store)}`,
      `--advertise-client-urls=${plain(store)}`,
      `--listen-peer-urls=${plain(peers)}`,
      `--initial-advertise-peer-urls=${plain(peers)}`,
      `--initial-cluster=default=${plain(peers)}`,
      '--unsafe-no-fsync',
    ]),
    run('kube-apiserver', [
      `--etcd-servers=${plain(store)}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${api}`,
      `--cert-dir=${join(directory, 'certificates')}`,
      '--authorization-mode=RBAC',
      `--token-auth-file=${join(directory, 'tokens.csv')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${key}`,
      `--service-account-key-file=${key}`,
      '--service-cluster-ip-range=172.20.0.0/16',
      ...flags,
    ]),
  ];
  const url = `https://127.0.0.1:${api}`;
  const server: ApiServer = {
    kubectl: new Kubectl(url, token, directory),
    url,
    token,
    directory,
    serviceAccountKey: key,
    programs,
    [Symbol.asyncDispose]: async () => {
      for (const program of programs.toReversed()) await program[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
  try {
    await until('the API server is ready', () => isReady(server), START_TIMEOUT_MS);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

async function isReady({ kubectl, programs }: ApiServer): Promise<boolean> {
  if (programs.some((program) => program.hasExited()))
    throw new Error('kube-apiserver or etcd exited');
  return (await kubectl.run(['get', '--raw', '/readyz'])).exitCode === 0;
}

function serviceAccountKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}
