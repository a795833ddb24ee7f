import { newestFrom, ofCommit, waitForPipeline } from '../../aws/pipeline.ts';
import { outputOf } from '../../aws/stacks.ts';
import { push } from '../../commands/git.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { type GithubSource, githubSourceOf } from '../../templates/github-source.ts';
import type { Step } from '../step.ts';

/** Deployment order: migrations first, the frontend after its API. */
export const SERVICES = ['database', 'backend', 'frontend'] as const;
type Service = (typeof SERVICES)[number];

async function deployFromCheckout(context: Context, name: Service): Promise<void> {
  const { stackName } = context.options;
  const output = `${name[0]?.toUpperCase()}${name.slice(1)}CloneUrl`;
  const url = await outputOf(context, stackName, output);
  if (!url)
    throw new Failure(
      `The clone URL of the ${name} repository is unknown.`,
      `Stack ${stackName} has no output ${output}.`,
      'Check --stack-name.',
    );
  const { commit, isNew } = await push(context, name, url);
  context.log(`${isNew ? 'pushed' : 'pushed before'}: ${commit.slice(0, 7)}`);
  await waitForPipeline(context, `carthub-${name}`, ofCommit(commit, isNew));
}

/** A merge on GitHub is the push: AWS can read there, and the script has no key. */
async function deployFromGithub(
  context: Context,
  name: Service,
  source: GithubSource,
): Promise<void> {
  const { repository, branch, action } = source;
  context.log(`${repository}, branch ${branch}: nothing to push`);
  const push = `git push https://github.com/${repository} $(git subtree split -P microservices/${name}):refs/heads/${branch}`;
  const remedy = `Fix it and push to GitHub (${push}), then run again: without a push the script restarts the pipeline.`;
  const commit = await waitForPipeline(context, `carthub-${name}`, newestFrom(action, remedy));
  context.log(`deployed: ${commit.slice(0, 7)} of ${repository}`);
}

/** Commits to the service's repository and waits for its pipeline. */
export function service(name: Service): Step {
  return {
    title: `Service ${name}`,
    isReadOnly: false,
    async run(context) {
      const github = githubSourceOf(context, name);
      await (github ? deployFromGithub(context, name, github) : deployFromCheckout(context, name));
    },
  };
}
