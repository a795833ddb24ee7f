import { brought, newestFrom, ofCommit } from '../../aws/pipeline.ts';
import { outputOf } from '../../aws/stacks.ts';
import { push } from '../../commands/git.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { type GithubSource, githubSourceOf } from '../../templates/github-source.ts';
import type { Step } from '../step.ts';

/** In this order: the migrations first, and the frontend after the API it was made for. */
export const SERVICES = ['database', 'backend', 'frontend'] as const;
type Service = (typeof SERVICES)[number];

async function fromHere(context: Context, name: Service): Promise<void> {
  const { stackName } = context.options;
  const output = `${name[0]?.toUpperCase()}${name.slice(1)}CloneUrl`;
  const url = await outputOf(context, stackName, output);
  if (!url)
    throw new Failure(
      `The repository of the ${name} is unknown.`,
      `Stack ${stackName} has no output ${output}.`,
      'Check --stack-name.',
    );
  const { commit, isNew } = await push(context, name, url);
  context.say(`${isNew ? 'pushed' : 'pushed before'}: ${commit.slice(0, 7)}`);
  await brought(context, `carthub-${name}`, ofCommit(commit, isNew));
}

/** Whoever merges there pushes; AWS may read, and we have no key to GitHub. */
async function fromGithub(context: Context, name: Service, source: GithubSource): Promise<void> {
  const { repository, branch, action } = source;
  context.say(`${repository}, branch ${branch}: nothing to push`);
  const push = `git push https://github.com/${repository} $(git subtree split -P microservices/${name}):refs/heads/${branch}`;
  const remedy = `Mend it, push it to GitHub (here: ${push}), then run again: without a push the pipeline is started again.`;
  const commit = await brought(context, `carthub-${name}`, newestFrom(action, remedy));
  context.say(`brought out: ${commit.slice(0, 7)} of ${repository}`);
}

function service(name: Service): Step {
  return {
    title: `Service ${name}`,
    reads: false,
    async run(context) {
      const github = githubSourceOf(context, name);
      await (github ? fromGithub(context, name, github) : fromHere(context, name));
    },
  };
}

export const services: readonly Step[] = SERVICES.map(service);
