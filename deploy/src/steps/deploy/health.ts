import { pointHostName } from '../../aws/host-record.ts';
import { kubectl } from '../../commands/kubectl.ts';
import { lastLines } from '../../commands/run-command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { checkShop } from '../../shop/check-shop.ts';
import { reasonForNoOrder } from '../../shop/payment-provider.ts';
import { hostNameOf } from '../../templates/inputs.ts';
import { until } from '../../wait.ts';
import type { Step } from '../step.ts';

const ADDRESS = '{.status.loadBalancer.ingress[0].hostname}';

function baseOf(context: Context, address: string): string {
  const host = hostNameOf(context);
  return host ? `https://${host}` : `http://${address}`;
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
    if (base.startsWith('https') && !(await pointHostName(context, address)))
      context.log(`DNS: ${new URL(base).hostname} must be an alias of ${address}`);
    const noOrder = await reasonForNoOrder(context);
    const { signal, pollMs, log } = context;
    const timeoutMs = Number(process.env.CARTHUB_HEALTH_TIMEOUT_MS ?? 15 * 60_000);
    await checkShop({ base, signal, pollMs, deadline: Date.now() + timeoutMs, log }, noOrder);
    context.address = base;
  },
};
