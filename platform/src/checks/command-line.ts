import { main } from '../../../microservices/database/src/main.ts';
import { argumentsOf, environmentOf } from '../manifests/container-environment.ts';
import type { Manifest } from '../manifests/kinds.ts';
import { podTemplates } from '../manifests/pod-templates.ts';

const WRONG_USAGE = 2;

/**
 * Runs carthub-db with the arguments and variables of each of its pods. There are no credentials here,
 * so it fails; but if it would not be used so, it says that first.
 */
export async function findUsageProblems(manifests: readonly Manifest[]): Promise<string[]> {
  const calls = podTemplates(manifests).flatMap(({ owner, template }) =>
    template.spec.containers
      .filter(({ image }) => /(^|[/-])database[:@]/.test(image))
      .map(async (container) => {
        const variables = environmentOf(manifests, container);
        let said = '';
        const terminal = {
          isInteractive: false,
          out: () => {},
          err: (text: string) => {
            said += text;
          },
        };
        const args = argumentsOf(container, variables);
        const exitCode = await main(harmless(args), variables, terminal, never);
        const unread = args.filter((arg) => arg.includes('$('));
        return [
          ...(exitCode === WRONG_USAGE ? [said.trim()] : []),
          ...unread.map((arg) => `there is no variable for ${arg}`),
        ].map((problem) => `${owner.kind} ${owner.metadata.name}: ${problem}`);
      }),
  );
  return (await Promise.all(calls)).flat();
}

/** Without PostgreSQL's programs a backup ends before it asks S3 anything, on any machine. */
function harmless(args: readonly string[]): string[] {
  return args[0]?.endsWith('backup') ? [...args, '--pg-bin=/nowhere'] : [...args];
}

const never = () => new AbortController().signal;
