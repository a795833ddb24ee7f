import { z } from 'zod';
import { type Context, required } from '../context.ts';

/**
 * Terminology
 * - connection: lets AWS read repositories on GitHub (CodeConnections, formerly CodeStar connections).
 *   A template can name it; only a person can authorize it, in the console.
 */

/** The GitHub source of a pipeline. */
export interface GithubSource {
  /** Name of the pipeline's source action. */
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
 * Reads the template, because the input can come from --context, a variable or a given assembly.
 *
 * @returns undefined if the source is in CodeCommit
 */
export function githubSourceOf(context: Context, service: string): GithubSource | undefined {
  const { stacks } = required(context.assembly, 'assembly');
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
