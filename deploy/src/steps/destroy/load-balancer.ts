import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { stackOf } from '../../aws/stacks.ts';
import { kubectl } from '../../commands/kubectl.ts';
import { lastLines } from '../../commands/run-command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { until } from '../../wait.ts';
import { writeKubeconfig } from '../deploy/cluster.ts';
import type { Step } from '../step.ts';

const CLUSTER_TAGS = ['elbv2.k8s.aws/cluster', 'eks:eks-cluster-name'];

/** ARNs of the load balancers that the cluster's controller created. */
async function loadBalancersOfCluster({ aws }: Context): Promise<readonly string[]> {
  const { LoadBalancers = [] } = await aws.elb.send(new DescribeLoadBalancersCommand());
  const arns = LoadBalancers.flatMap(({ LoadBalancerArn: arn }) => (arn ? [arn] : []));
  if (arns.length === 0) return [];
  const { TagDescriptions = [] } = await aws.elb.send(
    new DescribeTagsCommand({ ResourceArns: arns.slice(0, 20) }),
  );
  return TagDescriptions.filter(({ Tags = [] }) =>
    Tags.some(({ Key = '', Value }) => CLUSTER_TAGS.includes(Key) && Value === 'carthub-cluster'),
  ).flatMap(({ ResourceArn }) => (ResourceArn ? [ResourceArn] : []));
}

/** Kubernetes created it, so no stack deletes it, and it would block the network's deletion. */
export const loadBalancer: Step = {
  title: 'Load balancer',
  isReadOnly: false,
  async run(context) {
    if (!(await stackOf(context, 'CarthubClusterStack'))) {
      context.log('no cluster exists');
      return;
    }
    await writeKubeconfig(context);
    const args = ['-n', 'shopping-cart', 'delete', 'ingress', '--all', '--ignore-not-found'];
    const outcome = await kubectl(context, [...args, '--timeout=10m']);
    if (outcome.code !== 0)
      throw new Failure(
        'The Ingress cannot be deleted.',
        lastLines(outcome),
        'Check that you can assume ClusterAdminRoleArn (an output of CarthubClusterStack) and reach the cluster, then run again.',
      );
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
