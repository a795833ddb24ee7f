import type { Pool } from 'pg';
import { Gauge, Histogram, type Registry } from 'prom-client';
import { BUCKETS } from '../metrics/buckets.ts';
import type { DatabaseObserver } from './connection.ts';

/** What the connection pool is doing at the moment it is asked, and how long it let wait and run. */
export function createPoolMetrics(registry: Registry, pool: Pool): DatabaseObserver {
  const gauges: readonly [name: string, help: string, read: () => number][] = [
    ['db_pool_connections', 'Open connections to PostgreSQL', () => pool.totalCount],
    ['db_pool_idle_connections', 'Open connections without work', () => pool.idleCount],
    ['db_pool_max_connections', 'Connections that may be open', () => pool.options.max ?? 0],
    ['db_pool_waiting_requests', 'Requests that wait for a connection', () => pool.waitingCount],
  ];
  for (const [name, help, read] of gauges) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
  const wait = new Histogram({
    name: 'db_pool_wait_seconds',
    help: 'Time until a connection was there, or none',
    buckets: [...BUCKETS],
    registers: [registry],
  });
  const statements = new Histogram({
    name: 'db_statement_duration_seconds',
    help: 'Time of each statement, by its name, with the way there and back',
    labelNames: ['statement'],
    buckets: [...BUCKETS],
    registers: [registry],
  });
  return {
    waited: (seconds) => wait.observe(seconds),
    ran: (statement, seconds) => statements.observe({ statement }, seconds),
  };
}
