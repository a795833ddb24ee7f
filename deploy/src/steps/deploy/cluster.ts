import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { outputOf } from '../../aws/stacks.ts';
import { kubeconfigOf, kubectl } from '../../commands/kubectl.ts';
import { lastLines, run } from '../../commands/run-command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import type { Step } from '../step.ts';

const STACK = 'CarthubClusterStack';

/** Writes the kubeconfig of the cluster's administrator. */
export async function connect(context: Context): Promise<void> {
  const cluster = (await outputOf(context, STACK, 'ClusterName')) ?? 'carthub-cluster';
  const role = await outputOf(context, STACK, 'ClusterAdminRoleArn');
  const file = kubeconfigOf(context);
  mkdirSync(dirname(file), { recursive: true });
  const args = ['eks', 'update-kubeconfig', '--name', cluster, '--kubeconfig', file];
  const outcome = await run('aws', role ? [...args, '--role-arn', role] : args, {
    env: context.env,
    signal: context.signal,
  });
  if (outcome.code !== 0)
    throw new Failure(
      'The cluster can not be connected to.',
      lastLines(outcome),
      'Let eks:DescribeCluster be allowed to you, then run again.',
    );
}

export const kubeconfig: Step = {
  title: 'Kubeconfig',
  reads: false,
  async run(context) {
    await connect(context);
    context.say(`export KUBECONFIG=${kubeconfigOf(context)}`);
  },
};

export const clusterSetup: Step = {
  title: 'Cluster',
  reads: false,
  async run(context) {
    const compute = context.options.context.find((pair) => pair.startsWith('compute='));
    const isAuto = !compute || compute === 'compute=auto';
    const folder = `platform/cluster-setup/${isAuto ? 'auto' : 'nodes'}`;
    const outcome = await kubectl(context, ['apply', '-k', folder]);
    if (outcome.code !== 0)
      throw new Failure(
        'The cluster can not be set up.',
        lastLines(outcome),
        'Check that you may assume ClusterAdminRoleArn (output of CarthubClusterStack) and reach the cluster, then run again.',
      );
    context.say(`${outcome.stdout.trim().split('\n').length} objects of ${folder}`);
    if (!isAuto)
      context.say(
        'install the AWS Load Balancer Controller, as docs/runbook.md says, if it is not there',
      );
  },
};
