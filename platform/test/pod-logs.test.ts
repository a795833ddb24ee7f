import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { at } from '../src/json.ts';
import { fromRoot } from '../src/targets.ts';

const FOLDER = 'platform/cluster-setup/common/logs';
const readText = (path: string) => readFileSync(fromRoot(path), 'utf8');
const read = (name: string): unknown => parse(readText(`${FOLDER}/${name}.yaml`));
const configuration = readText(`${FOLDER}/fluent-bit.conf`);
const setting = (name: string) => new RegExp(`^ +${name} +(.+)$`, 'm').exec(configuration)?.[1];
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const podSpec = at(read('daemon-set'), 'spec', 'template', 'spec');

/** Properties of the cluster's stack, by type. */
function resources(environment: string, type: string): unknown[] {
  const file = `infrastructure_cdk/test/templates/${environment}/cluster.json`;
  const { Resources: all } = JSON.parse(readText(file));
  return Object.values(all).flatMap((each) =>
    at(each, 'Type') === type ? [at(each, 'Properties')] : [],
  );
}

it.each(['development', 'production'])(
  'writes to a log group of %s that expires and masks personal data, with a role of its own',
  (environment) => {
    const groups = resources(environment, 'AWS::Logs::LogGroup');
    const group = groups.find((each) => at(each, 'LogGroupName') === setting('log_group_name'));
    expect(at(group, 'RetentionInDays')).toBe(30);
    expect(JSON.stringify(at(group, 'DataProtectionPolicy'))).toContain('EmailAddress');
    // The group is the template's, with its retention.
    expect(setting('auto_create_group')).toBe('Off');

    const namespace = at(read('namespace'), 'metadata', 'name');
    expect(at(read('kustomization'), 'namespace')).toBe(namespace);
    const account = at(podSpec, 'serviceAccountName');
    expect(at(read('service-account'), 'metadata', 'name')).toBe(account);
    expect(
      resources(environment, 'AWS::EKS::PodIdentityAssociation').filter(
        (each) => at(each, 'Namespace') === namespace && at(each, 'ServiceAccount') === account,
      ),
    ).toHaveLength(1);
  },
);

// The kubelet's names: POD_NAMESPACE_CONTAINER-ID.log (Kubernetes, "Logging Architecture").
const ID = 'a'.repeat(64);
it.each([
  ['backend-deployment-7c9d-x2x_shopping-cart_backend', 'backend-deployment-7c9d-x2x.backend'],
  ['database-backup-29_shopping-cart_backup', 'database-backup-29.backup'],
  ['coredns-1_kube-system_coredns', undefined],
  ['x_not-shopping-cart_y', undefined],
])('reads %s as %s', (name, stream) => {
  const path = `/var/log/containers/${name}-${ID}.log`;
  const glob = String(setting('Path')).replaceAll('*', '.*');
  const expression = new RegExp(String(setting('Tag_Regex')));
  const found = new RegExp(`^${glob}$`).test(path) ? expression.exec(path)?.groups : undefined;
  const tag = String(setting('Tag')).replace(/<(\w+)>/g, (_, key) => String(found?.[key]));
  expect(found && tag).toBe(stream);
});

it('names the image by digest, writes only its state, and has no token of the cluster', () => {
  const [container] = list(at(podSpec, 'containers'));
  expect(at(container, 'image')).toMatch(/:\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$/);
  expect(at(container, 'securityContext')).toMatchObject({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  const writable = list(at(container, 'volumeMounts')).filter((mount) => !at(mount, 'readOnly'));
  expect(writable).toEqual([{ name: 'state', mountPath: '/state' }]);
  expect(setting('DB')).toMatch(/^\/state\//);
  expect(at(podSpec, 'automountServiceAccountToken')).toBe(false);
});

/** Of about 2 MB (Fluent Bit manual, "Buffering and storage": chunks "are never much larger"). */
const CHUNK_MIB = 2;
it('keeps less than its memory in chunks, and its disk bounded, while CloudWatch does not respond', () => {
  const [container] = list(at(podSpec, 'containers'));
  const limitMib = Number.parseInt(String(at(container, 'resources', 'limits', 'memory')), 10);
  expect(setting('storage.type')).toBe('filesystem');
  expect(Number(setting('storage.max_chunks_up')) * CHUNK_MIB).toBeLessThanOrEqual(limitMib / 2);
  expect(setting('storage.total_limit_size')).toMatch(/^\d+M$/);
});
