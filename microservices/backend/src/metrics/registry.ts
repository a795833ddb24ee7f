import { collectDefaultMetrics, Registry } from 'prom-client';

/** Holds the metrics of this process: its memory, CPU, garbage collection and event loop, and those that modules add. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
