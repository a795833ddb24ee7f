// The arguments of the database service's Jobs against the commands that carthub-db publishes.

import { findArgumentProblems } from '../contracts/command-line.ts';
import { serviceOf } from '../contracts/contract.ts';
import { argumentsOf, environmentOf } from '../manifests/container-environment.ts';
import type { Manifest } from '../manifests/kinds.ts';
import { podTemplates } from '../manifests/pod-templates.ts';

export function findUsageProblems(manifests: readonly Manifest[]): string[] {
  return podTemplates(manifests).flatMap(({ owner, template }) =>
    template.spec.containers
      .filter((container) => serviceOf(container) === 'database')
      .flatMap((container) => {
        const args = argumentsOf(container, environmentOf(manifests, container));
        const unresolved = args.filter((arg) => arg.includes('$('));
        return [
          ...findArgumentProblems(args),
          ...unresolved.map((arg) => `no variable for ${arg}`),
        ].map((problem) => `${owner.kind} ${owner.metadata.name}: ${problem}`);
      }),
  );
}
