import {
  DeleteLoadBalancerCommand,
  DescribeTagsCommand,
  ModifyLoadBalancerAttributesCommand,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../context.ts';

const CLUSTER_TAGS = ['elbv2.k8s.aws/cluster', 'eks:eks-cluster-name'];
/** "You can specify up to 20 resources" (ELB, API_DescribeTags). */
const MAX_TAGGED = 20;

/** ARNs of the load balancers that the cluster's controller created. */
export async function loadBalancersOfCluster({ aws }: Context): Promise<readonly string[]> {
  const arns: string[] = [];
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client: aws.elb }, {}))
    for (const { LoadBalancerArn: arn } of LoadBalancers) if (arn) arns.push(arn);
  const found: string[] = [];
  for (let start = 0; start < arns.length; start += MAX_TAGGED) {
    const { TagDescriptions = [] } = await aws.elb.send(
      new DescribeTagsCommand({ ResourceArns: arns.slice(start, start + MAX_TAGGED) }),
    );
    for (const { ResourceArn, Tags = [] } of TagDescriptions) {
      const isOurs = Tags.some(
        ({ Key = '', Value }) => CLUSTER_TAGS.includes(Key) && Value === 'carthub-cluster',
      );
      if (ResourceArn && isOurs) found.push(ResourceArn);
    }
  }
  return found;
}

/** Past Kubernetes, once the cluster with its controller is gone. */
export async function deleteLoadBalancer({ aws }: Context, arn: string): Promise<void> {
  const Attributes = [{ Key: 'deletion_protection.enabled', Value: 'false' }];
  await aws.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes }));
  await aws.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
}
