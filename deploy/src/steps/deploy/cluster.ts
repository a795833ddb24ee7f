import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { outputOf } from '../../aws/stacks.ts';
import { kubeconfigOf, kubectl } from '../../commands/kubectl.ts';
import { lastLines, run } from '../../commands/run-command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { isAutoMode } from '../../templates/inputs.ts';
import type { Step } from '../step.ts';

const STACK = 'CarthubClusterStack';

/** Writes the cluster administrator's kubeconfig. */
export async function writeKubeconfig(context: Context): Promise<void> {
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
      "The cluster's kubeconfig cannot be written.",
      lastLines(outcome),
      'Allow your identity eks:DescribeCluster, then run again.',
    );
}

export const kubeconfig: Step = {
  title: 'Kubeconfig',
  isReadOnly: false,
  async run(context) {
    await writeKubeconfig(context);
    context.log(`export KUBECONFIG=${kubeconfigOf(context)}`);
  },
};

export const clusterSetup: Step = {
  title: 'Cluster',
  isReadOnly: false,
  async run(context) {
    const folder = `platform/cluster-setup/${isAutoMode(context) ? 'auto' : 'nodes'}`;
    const outcome = await kubectl(context, ['apply', '-k', folder]);
    if (outcome.code !== 0)
      throw new Failure(
        'The cluster setup cannot be applied.',
        lastLines(outcome),
        'Check that you can assume ClusterAdminRoleArn (an output of CarthubClusterStack) and reach the cluster, then run again.',
      );
    context.log(`${outcome.stdout.trim().split('\n').length} objects of ${folder}`);
  },
};
