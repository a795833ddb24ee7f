// Containers of the services' images, as podman runs them.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The host's address in the network of the containers. */
export const HOST = '10.88.0.1';

/** crun needs a newer kernel than some machines have. Podman's default limits exceed those of restricted machines. */
const ENGINE = ['--runtime=runc'];
const LIMITS = ['--ulimit=nofile=20000:20000', '--ulimit=nproc=30000:30000'];
/** Podman schedules health checks by systemd, which is not here. */
const NO_TIMER = '--no-healthcheck';

export interface Container extends AsyncDisposable {
  readonly id: string;
  readonly startedAt: number;
  /** In its own network; empty in the host's. */
  readonly address: string;
  logs(): Promise<string>;
  exec(...command: string[]): Promise<string>;
  signal(name: string): Promise<void>;
  /** Resolves with the exit code. */
  ended(): Promise<number>;
}

export interface ContainerOptions {
  readonly image: string;
  /** Such as PodTemplate's. */
  readonly flags: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** @default a network of its own */
  readonly network?: 'host';
  /** Ports on the host's 127.0.0.1, by port of the container. */
  readonly publish?: Readonly<Record<string, number>>;
}

export async function podman(...args: string[]): Promise<string> {
  const { stdout } = await run('podman', [...ENGINE, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { image, flags, env = {}, args = [], network, publish = {} } = options;
  const environment = Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
  const where = [
    ...(network === 'host' ? ['--network=host'] : []),
    ...Object.entries(publish).map(([inner, port]) => `--publish=127.0.0.1:${port}:${inner}`),
  ];
  const fixed = ['--detach', NO_TIMER, ...LIMITS, ...where];
  const startedAt = performance.now();
  const id = await podman('run', ...fixed, ...flags, ...environment, image, ...args);
  const address = await podman('inspect', '--format={{.NetworkSettings.IPAddress}}', id);
  return {
    id,
    startedAt,
    address,
    logs: async () => {
      const { stdout, stderr } = await run('podman', ['logs', id], {
        maxBuffer: 256 * 1024 * 1024,
      });
      return stdout + stderr;
    },
    exec: (...command) => podman('exec', id, ...command),
    signal: async (name) => void (await podman('kill', `--signal=${name}`, id)),
    ended: async () => Number(await podman('wait', id)),
    [Symbol.asyncDispose]: async () => void (await podman('rm', '--force', '--time=1', id)),
  };
}

/** Waits for the end. @throws if the exit code is not 0 */
export async function runContainer(options: ContainerOptions): Promise<string> {
  await using container = await startContainer(options);
  const code = await container.ended();
  const logs = await container.logs();
  if (code !== 0) throw new Error(`${options.image} ended with ${code}:\n${logs}`);
  return logs;
}
