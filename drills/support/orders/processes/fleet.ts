// PostgreSQL, two backends and two workers, each of which can be killed or paused while the others go on.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Backend, startBackend } from '../../../../testbed/backend.ts';
import { asBackendRole } from '../../../../testbed/database.ts';
import {
  type PostgresServer,
  startPostgres,
} from '../../../../testbed/postgres/embedded-postgres.ts';
import { createScratch } from '../../../../testbed/scratch.ts';
import { carthubDb } from '../../database/carthub-db.ts';
import { findPrograms } from '../../database/postgres-programs.ts';

/** What is acknowledged must outlive a crash, also of the machine. */
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

export interface Database extends AsyncDisposable {
  readonly url: string;
  /** Kills the postmaster (SIGKILL) and starts it again. */
  crash(): Promise<void>;
}

/** A migrated database on a server that can be killed. */
export async function startDatabase(buckets: number): Promise<Database> {
  const scratch = await createScratch('carthub-orders-');
  const dataDir = `${scratch.path}/data`;
  const options = { dataDir, programs: findPrograms(), settings: DURABLE };
  let server: PostgresServer = await startPostgres(options);
  const { port } = server;
  const url = server.url();
  await carthubDb(['migrate', '--buckets', String(buckets)], { DATABASE_URL: url });
  return {
    url,
    crash: async () => {
      process.kill(server.pid, 'SIGKILL');
      server = await startPostgres({ ...options, port });
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

export type Program = 'main' | 'worker';

export interface FleetOptions {
  /** Directory of the backend under test, built. */
  readonly backend: string;
  readonly databaseUrl: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How many processes of a program run. */
const REPLICAS = 2;

export class Fleet implements AsyncDisposable {
  readonly #options: FleetOptions;
  readonly #processes: Readonly<Record<Program, Backend[]>> = { main: [], worker: [] };

  private constructor(options: FleetOptions) {
    this.#options = options;
  }

  static async start(options: FleetOptions, programs: readonly Program[]): Promise<Fleet> {
    const fleet = new Fleet(options);
    try {
      for (const program of programs)
        for (let count = 0; count < REPLICAS; count += 1)
          fleet.#processes[program].push(await fleet.#start(program));
      return fleet;
    } catch (error) {
      await fleet[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Of the API. */
  get urls(): readonly string[] {
    return this.#processes.main.map(({ url }) => url);
  }

  /** Kills a process (SIGKILL) and starts another one in its place. */
  async kill(program: Program, place: number): Promise<void> {
    const killed = this.#at(program, place);
    process.kill(killed.pid, 'SIGKILL');
    await killed[Symbol.asyncDispose]();
    this.#processes[program][place] = await this.#start(program);
  }

  /** The process stands still (SIGSTOP), and goes on as if nothing had been. */
  async pause(program: Program, place: number, ms: number): Promise<void> {
    const { pid } = this.#at(program, place);
    process.kill(pid, 'SIGSTOP');
    await sleep(ms);
    process.kill(pid, 'SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = Object.values(this.#processes).flat();
    await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
  }

  #at(program: Program, place: number): Backend {
    const found = this.#processes[program][place];
    if (!found) throw new Error(`There is no ${program} ${place}.`);
    return found;
  }

  #start(program: Program): Promise<Backend> {
    const { backend, databaseUrl, env } = this.#options;
    return startBackend({
      directory: backend,
      program,
      databaseUrl: asBackendRole(databaseUrl),
      env,
    });
  }
}
