import { z } from 'zod';
import { removeHostName } from '../../aws/host-record.ts';
import { deleteLoadBalancer, loadBalancersOfCluster } from '../../aws/load-balancers.ts';
import { waitUntilSettled } from '../../aws/stacks.ts';
import { kubectl } from '../../commands/kubectl.ts';
import { lastLines } from '../../commands/run-command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { until } from '../../wait.ts';
import { writeKubeconfig } from '../deploy/cluster.ts';
import type { Step } from '../step.ts';

const ATTRIBUTES = 'alb.ingress.kubernetes.io/load-balancer-attributes';
const PROTECTED = 'deletion_protection.enabled=true';
const INGRESSES = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        annotations: z.record(z.string(), z.string()).default({}),
      }),
    }),
  ),
});

async function kubectlOrFail(context: Context, what: string, args: string[]): Promise<string> {
  const outcome = await kubectl(context, ['-n', 'shopping-cart', ...args]);
  if (outcome.code === 0) return outcome.stdout;
  throw new Failure(
    what,
    lastLines(outcome),
    'Check that you can assume ClusterAdminRoleArn (an output of CarthubClusterStack) and reach the cluster, then run again.',
  );
}

/**
 * With the protection in the annotation the controller refuses to delete the Ingress, and looks at it again only once
 * the annotation has changed. It lifts the load balancer's own protection then (aws-load-balancer-controller#2172).
 */
async function liftProtection(context: Context): Promise<void> {
  const args = ['get', 'ingress', '-o', 'json'];
  const listed = await kubectlOrFail(context, 'The Ingress cannot be read.', args);
  for (const { metadata } of INGRESSES.parse(JSON.parse(listed)).items) {
    const attributes = metadata.annotations[ATTRIBUTES];
    if (!attributes?.includes(PROTECTED)) continue;
    const lifted = attributes.replace(PROTECTED, 'deletion_protection.enabled=false');
    const annotate = ['annotate', 'ingress', metadata.name, '--overwrite'];
    await kubectlOrFail(context, 'The Ingress cannot be changed.', [
      ...annotate,
      `${ATTRIBUTES}=${lifted}`,
    ]);
    context.log(`deletion protection of the load balancer of ${metadata.name} is lifted`);
  }
}

/** A failed creation or a half deleted stack has no cluster, or one that no longer knows us. */
function isReachable(status: string | undefined): boolean {
  return status !== undefined && !/^(REVIEW|CREATE_FAILED|ROLLBACK|DELETE)/.test(status);
}

/** Kubernetes created it, so no stack deletes it, and it would block the network's deletion. */
export const loadBalancer: Step = {
  title: 'Load balancer',
  isReadOnly: false,
  async run(context) {
    await removeHostName(context);
    const status = await waitUntilSettled(context, 'CarthubClusterStack');
    if (!isReachable(status)) {
      context.log('no cluster can be reached');
      for (const arn of await loadBalancersOfCluster(context)) {
        await deleteLoadBalancer(context, arn);
        context.log(`deleted ${arn}`);
      }
      return;
    }
    await writeKubeconfig(context);
    await liftProtection(context);
    const args = ['delete', 'ingress', '--all', '--ignore-not-found', '--timeout=10m'];
    await kubectlOrFail(context, 'The Ingress cannot be deleted.', args);
    const wait = {
      what: 'The end of the load balancer',
      timeoutMs: 15 * 60_000,
      remedy: 'Delete it in the console under EC2, then run again.',
    };
    await until(context, wait, async () =>
      (await loadBalancersOfCluster(context)).length === 0 ? true : undefined,
    );
    context.log('deleted');
  },
};
