import type { Manifest } from './kinds.ts';
import type { Container } from './pod.ts';

type Variables = Readonly<Record<string, string>>;

/** The variables of a container; its own override those of its ConfigMaps. */
export function environmentOf(manifests: readonly Manifest[], container: Container): Variables {
  const { envFrom = [], env = [] } = container;
  const names = envFrom.map(({ configMapRef }) => configMapRef?.name);
  const maps = manifests.filter(
    (each) => each.kind === 'ConfigMap' && names.includes(each.metadata.name),
  );
  const shared = maps.map((map) => ('data' in map ? map.data : {}));
  const own = env.map(({ name, value = '' }) => [name, value]);
  return Object.assign({}, ...shared, Object.fromEntries(own));
}

/** The arguments with $(NAME) replaced as the kubelet does; unknown names stay unchanged. */
export function argumentsOf({ args = [] }: Container, variables: Variables): string[] {
  return args.map((arg) =>
    arg.replaceAll(/\$\((\w+)\)/g, (text, name: string) => variables[name] ?? text),
  );
}
