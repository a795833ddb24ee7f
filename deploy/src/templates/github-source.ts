import { z } from 'zod';
import { type Context, known } from '../context.ts';

/**
 * Terminology
 * - connection: what lets AWS read repositories on GitHub (CodeConnections, once CodeStar connections).
 *   A template can name it; only a person can authorise it, in the console.
 */

/** Where a pipeline takes its source from, if that is GitHub. */
export interface GithubSource {
  /** Name of the pipeline's action. */
  readonly action: string;
  readonly connectionArn: string;
  /** Such as `shop/carthub-backend`. */
  readonly repository: string;
  readonly branch: string;
}

const PIPELINE = z.object({
  Name: z.string(),
  Stages: z.array(
    z.object({
      Actions: z.array(
        z.looseObject({
          Name: z.string(),
          ActionTypeId: z.object({ Provider: z.string() }),
          Configuration: z.unknown(),
        }),
      ),
    }),
  ),
});
const CONFIGURATION = z.object({
  ConnectionArn: z.string(),
  FullRepositoryId: z.string(),
  BranchName: z.string(),
});

/**
 * Read from the template, which is what AWS gets: the option may be given by --context, by variable, or
 * be in an assembly made before.
 *
 * @returns undefined if the source is in CodeCommit
 */
export function githubSourceOf(context: Context, service: string): GithubSource | undefined {
  const { stacks } = known(context.assembly, 'assembly');
  const pipelines = stacks
    .flatMap(({ template }) => Object.values(template.Resources))
    .filter(({ Type }) => Type === 'AWS::CodePipeline::Pipeline')
    .map(({ Properties }) => PIPELINE.parse(Properties));
  const action = pipelines
    .find(({ Name }) => Name === `carthub-${service}`)
    ?.Stages.flatMap(({ Actions }) => Actions)
    .find(({ ActionTypeId }) => ActionTypeId.Provider === 'CodeStarSourceConnection');
  if (!action) return undefined;
  const configuration = CONFIGURATION.parse(action.Configuration);
  return {
    action: action.Name,
    connectionArn: configuration.ConnectionArn,
    repository: configuration.FullRepositoryId,
    branch: configuration.BranchName,
  };
}
