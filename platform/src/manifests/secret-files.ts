import { parse } from 'yaml';
import { at, isObject } from '../json.ts';
import type { Manifest } from './kinds.ts';
import type { PodSpec } from './pod.ts';

/** The paths of the files that the Secrets Store CSI driver mounts in a pod. */
export function mountedSecretFiles(
  manifests: readonly Manifest[],
  { volumes = [], containers }: PodSpec,
): string[] {
  const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
  return volumes.flatMap(({ name, csi }) => {
    const secret = csi?.volumeAttributes?.secretProviderClass;
    const paths = mounts.filter((mount) => mount.name === name).map(({ mountPath }) => mountPath);
    return [...new Set(paths)].flatMap((path) =>
      filesOf(manifests, secret).map((file) => `${path}/${file}`),
    );
  });
}

function filesOf(manifests: readonly Manifest[], name: string | undefined): string[] {
  const found = manifests.find(
    (each) => each.kind === 'SecretProviderClass' && each.metadata.name === name,
  );
  const objects: unknown = parse(String(at(found, 'spec', 'parameters', 'objects')));
  if (!Array.isArray(objects)) return [];
  return objects
    .filter(isObject)
    .flatMap(({ jmesPath, objectAlias }) =>
      Array.isArray(jmesPath)
        ? jmesPath.map((entry) => String(at(entry, 'objectAlias')))
        : [String(objectAlias)],
    );
}
