import { Loop } from './background/loop.ts';
import type { Config } from './config/config.ts';
import type { RequestDatabase } from './db/connection.ts';
import type { DatabaseBuckets } from './db/database-buckets.ts';
import type { EventMetrics } from './events/events.metrics.ts';
import { Relay } from './events/relay/relay.ts';
import type { Sink } from './events/sinks/sink.ts';
import { CartNotifier } from './modules/cart/live/cart-notifier.ts';
import type { SettlementMetrics } from './modules/checkout/settlement/settlement.metrics.ts';
import type { SettlementServices } from './modules/checkout/settlement/settlement-services.ts';
import { settleWaitingOrders } from './modules/checkout/settlement/waiting-orders.ts';
import { startStockUpkeep } from './modules/inventory/upkeep/stock-upkeep.ts';
import { OrderEngine } from './modules/orders/engine/order-engine.ts';
import { repeatPaymentTasks } from './modules/orders/lifecycle/repeat-payment-tasks.ts';
import type { PaymentProvider } from './modules/payments/payment-provider.ts';

interface Options {
  readonly database: RequestDatabase;
  readonly buckets: DatabaseBuckets;
  readonly config: Config;
  readonly sinks: readonly Sink[];
  readonly payments: PaymentProvider;
  readonly metrics: {
    readonly events: EventMetrics;
    readonly settlement: SettlementMetrics;
  };
}

const START_POLL_MS = 1000;

/** All that a worker does by itself. It begins once the database has told its number of buckets. */
export class WorkerTasks implements AsyncDisposable {
  readonly #starting: Loop;
  #tasks: readonly AsyncDisposable[] = [];

  constructor(options: Options) {
    const { database, buckets } = options;
    const step = async () => {
      if (this.#tasks.length > 0) return false;
      await buckets.read(database);
      this.#tasks = startTasks(options);
      return false;
    };
    const failure = 'cannot read the number of buckets; trying again';
    this.#starting = new Loop(step, { pollMs: START_POLL_MS, log: database.log, failure });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#starting[Symbol.asyncDispose]();
    await Promise.all(this.#tasks.map((task) => task[Symbol.asyncDispose]()));
  }
}

function startTasks({ database, config, sinks, payments, metrics }: Options): AsyncDisposable[] {
  // Has no streams of its own; the processes that have some are told.
  const notifier = new CartNotifier(database, () => undefined);
  const services: SettlementServices = {
    payments,
    orders: new OrderEngine(),
    paymentTimeoutMs: config.payment.timeoutMs,
    hub: { publishUnread: (customerId) => notifier.publish(customerId, undefined) },
    metrics: { orderCreated: () => metrics.settlement.settled('paid') },
  };
  const pollMs = config.worker.ordersPollMs;
  const ofBuckets = Array.from({ length: database.buckets.count }, (_, bucket) => {
    const options = { database, bucket, services, pollMs, metrics: metrics.settlement };
    return [settleWaitingOrders(options), repeatPaymentTasks(options)];
  });
  return [
    new Relay({ database, sinks, config: config.events, metrics: metrics.events }),
    startStockUpkeep({
      database,
      pollMs: config.worker.stockPollMs,
      lowAt: config.shop.stockLowAt,
    }),
    ...ofBuckets.flat(),
  ];
}
