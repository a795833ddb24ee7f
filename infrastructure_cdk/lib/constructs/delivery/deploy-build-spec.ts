import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import type { Service } from './service-repository.ts';

/** Timeout of a rollout; above the Deployments' progressDeadlineSeconds. */
const ROLLOUT_TIMEOUT = '360s';
/** Timeout of the migration; above its Job's activeDeadlineSeconds. */
const MIGRATION_TIMEOUT = '1860s';

const APPLY = 'kubectl apply --namespace "$NAMESPACE" -f manifests.yaml';

const COMMANDS: Readonly<Record<Service, readonly string[]>> = {
  // Waits for both ends of this release's Job, so that a failure is reported before the timeout.
  database: [
    APPLY,
    'job="job/database-migrate-$(cat image-tag)"',
    `kubectl wait --namespace "$NAMESPACE" --for=condition=complete --timeout=${MIGRATION_TIMEOUT} "$job" & complete=$!
kubectl wait --namespace "$NAMESPACE" --for=condition=failed --timeout=${MIGRATION_TIMEOUT} "$job" && kill $complete & failed=$!
wait $complete && kill $failed || { kubectl logs --namespace "$NAMESPACE" "$job"; exit 1; }`,
  ],
  backend: rollOut('backend'),
  frontend: rollOut('frontend'),
};

/** Pods must become ready and still be ready 30 s later. */
function rollOut(service: Service): readonly string[] {
  const deployment = `deployment/${service}-deployment`;
  const isHealthy = `kubectl rollout status --namespace "$NAMESPACE" --timeout=${ROLLOUT_TIMEOUT} ${deployment}`;
  return [
    APPLY,
    `{ ${isHealthy} && sleep 30 && ${isHealthy}; } || { kubectl rollout undo --namespace "$NAMESPACE" ${deployment}; exit 1; }`,
  ];
}

/**
 * The deploy stage of a service. Input: the build's artifact with the rendered `manifests.yaml` and
 * `image-tag`, the commit. If it fails, the pipeline reruns it with the previous release.
 */
export function deployBuildSpec(service: Service): BuildSpec {
  return BuildSpec.fromObject({
    version: '0.2',
    env: { shell: 'bash' },
    phases: {
      install: {
        commands: [
          'test -s manifests.yaml && test -s image-tag',
          'release=$(curl -fsSL "https://dl.k8s.io/release/stable-$KUBERNETES_VERSION.txt")',
          'arch=$(uname -m | sed "s/x86_64/amd64/; s/aarch64/arm64/")',
          'curl -fsSLO "https://dl.k8s.io/release/$release/bin/linux/$arch/kubectl"',
          'echo "$(curl -fsSL "https://dl.k8s.io/release/$release/bin/linux/$arch/kubectl.sha256")  kubectl" | sha256sum --check',
          'install -m 0755 kubectl /usr/local/bin/kubectl',
          'aws eks update-kubeconfig --name "$CLUSTER_NAME"',
        ],
      },
      build: {
        commands: [
          ...COMMANDS[service],
          // Protects the deployed image from the lifecycle rule.
          `manifest=$(aws ecr batch-get-image --repository-name "$REPOSITORY_NAME" --image-ids "imageTag=$(cat image-tag)" --query "images[0].imageManifest" --output text)`,
          `aws ecr put-image --repository-name "$REPOSITORY_NAME" --image-tag "release-$(cat image-tag)" --image-manifest "$manifest" || aws ecr describe-images --repository-name "$REPOSITORY_NAME" --image-ids "imageTag=release-$(cat image-tag)"`,
        ],
      },
    },
  });
}
