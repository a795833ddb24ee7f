// Start time of an API instance, which matters for rollouts, restarts and lost nodes.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { query } from '../../../testbed/database.ts';
import { freePort } from '../../../testbed/free-port.ts';
import {
  type PostgresServer,
  startTemporaryPostgres,
} from '../../../testbed/postgres/embedded-postgres.ts';
import { measureStart, median, type StartTime } from '../../support/clients/start-time.ts';
import { findPrograms } from '../../support/database/postgres-programs.ts';
import { sized } from '../../support/form.ts';

const BACKEND = join(import.meta.dirname, '../../../microservices/backend');
const TIMES = sized(5, 11);
/**
 * The goal is to be ready within 500 ms. It is judged by processor time, which takes nearly as long on a
 * machine that does nothing else: by the clock, one with other work takes many times that.
 */
const MAX_CPU_MS = 600;

let server: PostgresServer;
beforeAll(async () => {
  server = await startTemporaryPostgres({ programs: findPrograms() });
  await query(server.url(), await readFile(join(BACKEND, 'contracts/schema.sql'), 'utf8'));
});
afterAll(async () => {
  await server.stop();
});

it(`uses less than ${MAX_CPU_MS} ms of CPU until it is ready (median of ${TIMES} starts)`, async () => {
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    DATABASE_URL: server.url(),
    GUEST_TOKEN_SECRET: 'of-a-drill-and-32-characters-long',
    HOST: '127.0.0.1',
    PORT: String(port),
  };
  const starts: StartTime[] = [];
  for (let n = 0; n < TIMES; n += 1)
    starts.push(await measureStart(BACKEND, ['dist/main.js'], port, env));
  const readyMs = median(starts.map((start) => start.readyMs));
  const cpuMs = median(starts.map((start) => start.cpuMs));
  const all = starts.map((start) => Math.round(start.readyMs)).sort((a, b) => a - b);
  console.log(`ready after ${Math.round(readyMs)} ms, ${cpuMs} ms of CPU (${all.join(', ')})`);
  expect(cpuMs).toBeLessThan(MAX_CPU_MS);
});
