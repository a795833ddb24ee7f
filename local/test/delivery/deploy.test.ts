// delivery/deploy.sh with an imitated kubectl and AWS CLI.

import { describe, expect, it } from 'vitest';
import { DIGEST, runDelivery } from './delivery-script.ts';

const RELEASE = 'release-c0ffee';
/** ECR refuses to set a tag again (PutImage, ImageAlreadyExistsException and ImageTagAlreadyExistsException). */
const AWS = `
echo "aws $*" >> "$CALLS_FILE"
case "$*" in
  *imageManifestMediaType*) echo application/vnd.oci.image.index.v1+json ;;
  *batch-get-image*) echo '{ "manifests": [] }' ;;
  *put-image*) [ -z "$MARKED" ] || exit 254 ;;
  *describe-images*) echo "$MARKED" ;;
esac`;

interface Cluster {
  /** Lines of a shell \`case\` on kubectl's arguments. */
  readonly kubectl?: string;
  readonly manifests?: string;
  /** Digest of the image that has the release's tag already. */
  readonly marked?: string;
}

function deploy(service: string, { kubectl = '', manifests, marked = '' }: Cluster = {}) {
  const { status, output, calls } = runDelivery('deploy.sh', {
    programs: {
      kubectl: `echo "kubectl $*" >> "$CALLS_FILE"\ncase "$*" in\n${kubectl}\n*'get job'*) echo Complete;;\nesac`,
      aws: AWS,
      sleep: 'echo "sleep $*" >> "$CALLS_FILE"',
    },
    steps: [],
    files: {
      'image-tag': 'c0ffee\n',
      'manifests.yaml': manifests ?? manifestsOf(service),
    },
    variables: {
      SERVICE: service,
      NAMESPACE: 'shopping-cart',
      REPOSITORY_NAME: 'carthub',
      MARKED: marked,
    },
  });
  const short = calls.map((call) => call.split(' ').slice(0, 3).join(' '));
  return { status, output, calls, short };
}

/** As kustomize writes them: labels before the name, and other names below. */
const manifestsOf = (service: string, names = [`${service}-deployment`]) =>
  names
    .map(
      (name) => `apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app.kubernetes.io/name: ${name}
  name: ${name}
spec:
  template:
    spec:
      containers:
      - image: registry/carthub-${service}:c0ffee@${DIGEST}
        name: ${service}
`,
    )
    .join('---\n')
    .concat('---\napiVersion: v1\nkind: Service\nmetadata:\n  name: a-service\n');

const MARKS = ['aws ecr batch-get-image', 'aws ecr batch-get-image', 'aws ecr put-image'];

describe('deploying the backend', () => {
  it('applies, waits until the pods are and stay ready, and marks the image by its digest', () => {
    const { status, calls, short } = deploy('backend');
    expect(status).toBe(0);
    expect(short).toEqual([
      'kubectl apply --namespace',
      'kubectl rollout status',
      'sleep 30',
      'kubectl rollout status',
      ...MARKS,
    ]);
    expect(calls[4]).toContain(`imageDigest=${DIGEST}`);
    expect(calls[4]).toContain('application/vnd.oci.image.index.v1+json');
    expect(calls.at(-1)).toContain(
      `--image-tag ${RELEASE} --image-digest ${DIGEST} --image-manifest-media-type application/vnd.oci.image.index.v1+json`,
    );
  });

  it.each([
    ['does not become ready', '*status*) exit 1;;'],
    ['does not stay ready', '*status*) [ "$(grep -c status "$CALLS_FILE")" -lt 2 ] || exit 1;;'],
  ])('rolls back a rollout that %s, and marks nothing', (_, kubectl) => {
    const { status, short } = deploy('backend', { kubectl });
    expect(status).not.toBe(0);
    expect(short.at(-1)).toBe('kubectl rollout undo');
  });

  it('waits for each of its Deployments, and rolls all of them back', () => {
    const manifests = manifestsOf('backend', ['backend-deployment', 'worker-deployment']);
    const namesIn = (calls: readonly string[], command: string) =>
      calls.flatMap((call) => call.match(new RegExp(`${command} deployment/(\\S+)`))?.[1] ?? []);
    const both = ['backend-deployment', 'worker-deployment'];
    const { status, calls } = deploy('backend', { manifests });
    expect([status, namesIn(calls, 'status')]).toEqual([0, [...both, ...both]]);
    const failed = deploy('backend', { manifests, kubectl: '*status*worker*) exit 1;;' });
    expect(failed.status).not.toBe(0);
    expect(namesIn(failed.calls, 'undo')).toEqual(both);
  });

  it('marks nothing if the cluster refuses the manifests', () => {
    const { status, short } = deploy('backend', { kubectl: '*apply*) exit 1;;' });
    expect(status).not.toBe(0);
    expect(short).toEqual(['kubectl apply --namespace']);
  });

  it('applies nothing of another image', () => {
    const manifests = `image: registry/carthub-backend:c0ffee@sha256:${'8'.repeat(64)}\n`;
    const { status, calls, output } = deploy('backend', { manifests });
    expect(status).not.toBe(0);
    expect(calls).toEqual([]);
    expect(output).toContain('nothing is deployed');
  });

  it('may be repeated, but not with another image of the same commit', () => {
    expect(deploy('backend', { marked: DIGEST }).status).toBe(0);
    expect(deploy('backend', { marked: `sha256:${'8'.repeat(64)}` }).status).not.toBe(0);
  });
});

describe('deploying the database', () => {
  it('waits for the migration of this release', () => {
    const runs = '*\'get job\'*) [ "$(grep -c "get job" "$CALLS_FILE")" -le 3 ] || echo Complete;;';
    const { status, calls, short } = deploy('database', { kubectl: runs });
    expect(status).toBe(0);
    expect(calls[1]).toContain('apply');
    expect(short).toEqual([
      'kubectl get job/database-migrate-c0ffee',
      'kubectl apply --namespace',
      ...['kubectl get job/database-migrate-c0ffee', 'sleep 5'],
      ...['kubectl get job/database-migrate-c0ffee', 'sleep 5'],
      'kubectl get job/database-migrate-c0ffee',
      ...MARKS,
    ]);
  });

  it('fails as soon as the migration fails, and prints its log', () => {
    const { status, short } = deploy('database', {
      kubectl: `*'get job'*) ! grep -q apply "$CALLS_FILE" || echo FailureTarget Failed;;`,
    });
    expect(status).not.toBe(0);
    expect(short.slice(2)).toEqual([
      'kubectl get job/database-migrate-c0ffee',
      'kubectl logs job/database-migrate-c0ffee',
    ]);
  });

  it('may be repeated after a failure: a failed Job would stay failed', () => {
    const failed = `*'get job'*) grep -q 'delete' "$CALLS_FILE" && echo Complete || echo Failed;;`;
    const { status, short } = deploy('database', { kubectl: failed });
    expect(status).toBe(0);
    expect(short.slice(0, 4)).toEqual([
      'kubectl get job/database-migrate-c0ffee',
      'kubectl delete job/database-migrate-c0ffee',
      'kubectl apply --namespace',
      'kubectl get job/database-migrate-c0ffee',
    ]);
  });

  it('leaves a Job that runs or is complete', () => {
    for (const state of ['', 'SuccessCriteriaMet Complete']) {
      const kubectl = `*'get job'*) grep -q apply "$CALLS_FILE" && echo Complete || echo '${state}';;`;
      const { status, short } = deploy('database', { kubectl });
      expect(status).toBe(0);
      expect(short).not.toContain('kubectl delete job/database-migrate-c0ffee');
    }
  });
});
