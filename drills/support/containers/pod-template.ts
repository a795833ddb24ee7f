// Translates a manifest's pod to arguments of podman. It refuses settings that it cannot translate, so that every
// drill runs under the rules of the cluster.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const MICROSERVICES = join(import.meta.dirname, '../../../microservices');

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
  readonly seccompProfile?: { readonly type: string };
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext: SecurityContext;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
}
interface PodSpec {
  readonly securityContext: SecurityContext;
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly Container[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly emptyDir?: { readonly sizeLimit?: string };
  }[];
}
interface Workload {
  readonly spec?: { readonly template?: { readonly spec: PodSpec } };
}

export interface PodTemplate {
  /** Arguments of `podman run`. */
  readonly flags: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly preStopSeconds: number;
  readonly graceSeconds: number;
}

/** @param mounts host directories by mount path, in place of CSI volumes */
export function readPodTemplate(
  manifest: string,
  mounts: Readonly<Record<string, string>> = {},
): PodTemplate {
  const documents = parseAllDocuments(readFileSync(join(MICROSERVICES, manifest), 'utf8'));
  const [spec] = documents.flatMap((document) => {
    const workload: Workload = document.toJS();
    return workload.spec?.template?.spec ?? [];
  });
  const container = spec?.containers.find(({ image }) => image.startsWith('carthub/'));
  if (spec === undefined || container === undefined) throw new Error(`${manifest} has no pod.`);
  const env = (container.env ?? []).flatMap(({ name, value }) => (value ? [[name, value]] : []));
  return {
    flags: [
      ...security({ ...spec.securityContext, ...container.securityContext }),
      ...volumes(spec, container, mounts),
    ],
    args: container.args ?? [],
    env: Object.fromEntries(env),
    preStopSeconds: container.lifecycle?.preStop?.sleep?.seconds ?? 0,
    graceSeconds: spec.terminationGracePeriodSeconds ?? 30,
  };
}

/** Without fsGroup: the volumes here are readable by every user. */
function security(context: SecurityContext): string[] {
  const { runAsUser, runAsGroup, runAsNonRoot, seccompProfile, capabilities } = context;
  if (!runAsNonRoot || !runAsUser || !runAsGroup) throw new Error('The pod may run as root.');
  if (seccompProfile?.type !== 'RuntimeDefault') throw new Error('Not the default of seccomp.');
  if (capabilities?.add) throw new Error('A capability is added.');
  return [
    `--user=${runAsUser}:${runAsGroup}`,
    ...(context.readOnlyRootFilesystem ? ['--read-only', '--read-only-tmpfs=false'] : []),
    ...(context.allowPrivilegeEscalation === false ? ['--security-opt=no-new-privileges'] : []),
    ...(capabilities?.drop ?? []).map((name) => `--cap-drop=${name}`),
  ];
}

function volumes(
  spec: PodSpec,
  container: Container,
  mounts: Readonly<Record<string, string>>,
): string[] {
  return (container.volumeMounts ?? []).map(({ name, mountPath }) => {
    const emptyDir = spec.volumes?.find((volume) => volume.name === name)?.emptyDir;
    if (emptyDir) return `--tmpfs=${mountPath}:mode=1777,size=${bytes(emptyDir.sizeLimit)}`;
    const directory = mounts[mountPath];
    if (directory === undefined) throw new Error(`Nothing to mount at ${mountPath}.`);
    return `--volume=${directory}:${mountPath}:ro`;
  });
}

function bytes(limit: string | undefined): string {
  const [, mebibytes] = /^(\d+)Mi$/.exec(limit ?? '') ?? [];
  if (mebibytes === undefined) throw new Error(`The limit of an emptyDir is ${limit}, not …Mi.`);
  return `${mebibytes}m`;
}
