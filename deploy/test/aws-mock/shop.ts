import type { IncomingMessage } from 'node:http';
import { z } from 'zod';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}

const JOB = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });

interface Job {
  readonly end: 'Complete' | 'Failed';
  polls: number;
}

/**
 * None while the pod runs, then the one that comes before the pod has ended, then the terminal one (Kubernetes, "Jobs",
 * "Terminal Job conditions").
 */
function conditionsOf({ end, polls }: Job): object[] {
  const before = end === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  return [before, end].slice(0, Math.max(polls - 1, 0)).map((type) => ({ type, status: 'True' }));
}

const IMPORTED = 'Imported 72 products in 1 s: 72 new.';
const NOT_EMPTY = 'Nothing was imported: the shop already has products.';

function json(body: unknown, status = 200): Answer {
  return { status, text: JSON.stringify(body), type: 'application/json' };
}

function problem(status: number, code: string): Answer {
  const text = JSON.stringify({ code, detail: code });
  return { status, text, type: 'application/problem+json' };
}

/**
 * The shop behind the load balancer, with the paths and members of the backend's openapi.json that the script uses, and
 * the cluster's jobs, which the fake kubectl asks for. As the real shop it has no products until an import job has run.
 * e2e/tests/deploy-health.test.ts runs the script's check against the real one.
 */
export class Shop {
  /** HTTP status of every path. */
  status = 200;
  /** Whether the cart forgets what is added. */
  isForgetful = false;
  /** What the next import job prints before it fails. */
  importFailure: string | undefined;
  orders = 0;
  readonly objects: string[] = [];
  readonly #jobs = new Map<string, Job>();
  #log = '';
  #hasProducts = false;
  #lines: object[] = [];

  handle({ method, url = '' }: IncomingMessage, body: string): Answer {
    if (url.startsWith('/cluster')) return this.#cluster(`${method} ${url}`, body);
    if (this.status !== 200) return json({}, this.status);
    const product = { product_id: 'mug', available: 3 };
    const routes: Readonly<Record<string, () => Answer>> = {
      'GET /healthz': () => json({}),
      'GET /api/v1/products?limit=100': () => json({ items: this.#hasProducts ? [product] : [] }),
      'POST /api/v1/sessions': () => json({ customer_id: 'guest_1', token: 't' }, 201),
      'POST /api/v1/cart/items': () => this.#add(JSON.parse(body)),
      'GET /api/v1/cart/guest_1': () => json({ items: this.#lines }),
      'DELETE /api/v1/cart/guest_1': () => this.#empty(),
      'POST /api/v1/cart/checkout': () => this.#order(),
      'GET /api/v1/orders/order_1': () => json({ order_id: 'order_1' }),
    };
    return routes[`${method} ${url}`]?.() ?? problem(404, 'not-found');
  }

  #add({ product_id, quantity }: { product_id: string; quantity: number }): Answer {
    if (product_id !== 'mug') return problem(404, 'product-not-found');
    if (!this.isForgetful) this.#lines = [{ product_id, quantity }];
    return json({ items: this.#lines });
  }

  #empty(): Answer {
    this.#lines = [];
    return json({ items: [] });
  }

  #order(): Answer {
    if (this.#lines.length === 0) return problem(422, 'cart-empty');
    this.orders += 1;
    this.#lines = [];
    return json({ order_id: 'order_1' }, 201);
  }

  #cluster(request: string, body: string): Answer {
    if (request.endsWith('/log')) return { status: 200, text: this.#log, type: 'text/plain' };
    const [, name = ''] = /^DELETE \/cluster\/jobs\/(.+)$/.exec(request) ?? [];
    if (name) this.#jobs.delete(name);
    else if (request.startsWith('POST')) return this.#create(body);
    for (const job of this.#jobs.values()) job.polls += 1;
    const items = [...this.#jobs].map(([job, state]) => ({
      metadata: { name: job },
      status: { conditions: conditionsOf(state) },
    }));
    return json({ items });
  }

  #create(manifest: string): Answer {
    const { kind, metadata } = JOB.parse(JSON.parse(manifest));
    const object = `${kind}/${metadata.name}`;
    if (kind === 'Job' && this.#jobs.has(metadata.name))
      return {
        status: 409,
        text: `Error from server (AlreadyExists): jobs.batch "${metadata.name}" already exists`,
        type: 'text/plain',
      };
    this.objects.push(object);
    if (kind !== 'Job') return { status: 201, text: `${object} created`, type: 'text/plain' };
    const end = this.importFailure === undefined ? 'Complete' : 'Failed';
    this.#jobs.set(metadata.name, { end, polls: 0 });
    this.#log = this.importFailure ?? (this.#hasProducts ? NOT_EMPTY : IMPORTED);
    if (this.importFailure === undefined) this.#hasProducts = true;
    this.importFailure = undefined;
    return { status: 201, text: `${object} created`, type: 'text/plain' };
  }
}
