import { kubectl } from '../../commands/kubectl.ts';
import { lastLines } from '../../commands/run-command.ts';
import type { Context } from '../../context.ts';
import { Failure, reasonOf } from '../../failure.ts';
import { until } from '../../wait.ts';
import type { Step } from '../step.ts';

const ADDRESS = '{.status.loadBalancer.ingress[0].hostname}';
const PATHS = ['/healthz', '/api/v1/products?limit=1'];

function baseOf(context: Context, address: string): string {
  const host = context.options.context.find((pair) => pair.startsWith('hostName='));
  return host ? `https://${host.slice('hostName='.length)}` : `http://${address}`;
}

async function probe(url: string, signal: AbortSignal): Promise<string> {
  try {
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
    const response = await fetch(url, { signal: timeout });
    await response.arrayBuffer();
    return response.ok ? 'ok' : `HTTP ${response.status}`;
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause ? error.cause : error;
    return reasonOf(cause);
  }
}

export const health: Step = {
  title: 'Health',
  isReadOnly: false,
  async run(context) {
    const address = await until(
      context,
      {
        what: 'The load balancer of Ingress carthub-ingress',
        timeoutMs: 15 * 60_000,
        remedy: 'See kubectl -n shopping-cart describe ingress carthub-ingress.',
      },
      async () => {
        const args = ['-n', 'shopping-cart', 'get', 'ingress', 'carthub-ingress', '-o'];
        const outcome = await kubectl(context, [...args, `jsonpath=${ADDRESS}`]);
        if (outcome.code !== 0 && !outcome.stderr.includes('NotFound'))
          throw new Failure(
            "The shop's address cannot be read.",
            lastLines(outcome),
            'Check that the cluster can be reached, then run again.',
          );
        return outcome.stdout.trim() || undefined;
      },
    );
    const base = baseOf(context, address);
    if (base.startsWith('https'))
      context.log(`DNS: ${new URL(base).hostname} must be an alias of ${address}`);
    for (const path of PATHS) await waitUntilHealthy(context, `${base}${path}`);
    context.address = base;
  },
};

/** A new load balancer needs minutes until its name resolves and its targets are in service. */
async function waitUntilHealthy(context: Context, url: string): Promise<void> {
  const start = Date.now();
  const timeoutMs = Number(process.env.CARTHUB_HEALTH_TIMEOUT_MS ?? 15 * 60_000);
  let logged = '';
  for (;;) {
    const result = await probe(url, context.signal);
    if (result !== logged) context.log(`${url}: ${result}`);
    if (result === 'ok') return;
    logged = result;
    if (Date.now() - start > timeoutMs)
      throw new Failure(
        'The shop does not answer.',
        `${url}: ${result}`,
        'Check kubectl -n shopping-cart get pods and the logs of pods that are not ready, then run again.',
      );
    await new Promise((resolve) => setTimeout(resolve, context.pollMs));
  }
}
