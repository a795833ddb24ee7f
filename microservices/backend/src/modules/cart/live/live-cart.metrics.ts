import { Counter, Gauge, type Registry } from 'prom-client';

/** Metrics of the event streams. */
export interface LiveMetrics {
  streams(open: number): void;
  eventSent(): void;
}

export function createLiveMetrics(registry: Registry): LiveMetrics {
  const registers = [registry];
  const streams = new Gauge({
    name: 'carthub_cart_streams',
    help: 'Clients that are told of the changes of a cart',
    registers,
  });
  const events = new Counter({
    name: 'carthub_cart_events_total',
    help: 'Carts that were sent to them',
    registers,
  });
  return { streams: (open) => streams.set(open), eventSent: () => events.inc() };
}
