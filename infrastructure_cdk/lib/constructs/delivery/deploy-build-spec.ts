import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';

/**
 * The deploy stage. Input: the build's artifact with the rendered `manifests.yaml`, `image-tag` (the commit),
 * `image-digest`, and the scripts that deploy them. If it fails, the pipeline reruns it with the previous release.
 */
export function deployBuildSpec(): BuildSpec {
  return BuildSpec.fromObject({
    version: '0.2',
    env: { shell: 'bash' },
    phases: {
      install: {
        'on-failure': 'ABORT',
        commands: ['bash delivery/kubectl.sh', 'aws eks update-kubeconfig --name "$CLUSTER_NAME"'],
      },
      build: { commands: ['bash delivery/deploy.sh'] },
    },
  });
}
