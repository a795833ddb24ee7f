import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

/** What the connection pool is doing at the moment it is asked. */
export function addPoolGauges(registry: Registry, pool: Pool): void {
  const gauges: readonly [name: string, help: string, read: () => number][] = [
    ['db_pool_connections', 'Open connections to PostgreSQL', () => pool.totalCount],
    ['db_pool_idle_connections', 'Open connections without work', () => pool.idleCount],
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
}
