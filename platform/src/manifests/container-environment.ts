import type { Manifest } from './kinds.ts';
import type { Container } from './pod.ts';

type Variables = Readonly<Record<string, string>>;

/**
 * The variables of a container. "When a key exists in multiple sources, the value associated with the last source will
 * take precedence", and the container's own before all (API reference, Container, envFrom).
 *
 * @throws Error for values that are not in the manifests, and for those that refer to other variables
 */
export function environmentOf(manifests: readonly Manifest[], container: Container): Variables {
  const { name: own, envFrom = [], env = [] } = container;
  const sources = envFrom.map(({ configMapRef, ...others }) => {
    const [field] = Object.keys(others);
    if (field !== undefined) throw new Error(`${own} has an envFrom with ${field}`);
    const found = manifests.find(
      (each) => each.kind === 'ConfigMap' && each.metadata.name === configMapRef?.name,
    );
    return found && 'data' in found ? found.data : {};
  });
  const values = env.map(({ name, value = '', ...others }) => {
    if ('valueFrom' in others || value.includes('$'))
      throw new Error(`the value of ${name} in ${own} is known only to the kubelet`);
    return [name, value] as const;
  });
  return Object.assign({}, ...sources, Object.fromEntries(values));
}

/**
 * The arguments as the kubelet expands them: "If a variable cannot be resolved, the reference in the input string will be
 * unchanged. Double $$ are reduced to a single $", so that `$$(NAME)` stays `$(NAME)` (API reference, Container, args).
 */
export function argumentsOf({ args = [] }: Container, variables: Variables): string[] {
  return args.map((arg) =>
    arg.replaceAll(/\$\$|\$\(([\w.-]+)\)/g, (text, name: string | undefined) =>
      name === undefined ? '$' : (variables[name] ?? text),
    ),
  );
}
