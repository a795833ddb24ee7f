import { run } from '../../commands/run-command.ts';
import { Failure } from '../../failure.ts';
import type { Step } from '../step.ts';

interface Tool {
  readonly name: string;
  readonly args: readonly string[];
  /** Finds major and minor version in what it says. */
  readonly version: RegExp;
  readonly least: readonly [number, number];
  readonly remedy: string;
}

const TOOLS: readonly Tool[] = [
  {
    name: 'node',
    args: ['--version'],
    version: /v(\d+)\.(\d+)/,
    least: [20, 19],
    remedy: 'https://nodejs.org',
  },
  {
    name: 'npm',
    args: ['--version'],
    version: /(\d+)\.(\d+)/,
    least: [9, 0],
    remedy: 'comes with Node',
  },
  {
    name: 'git',
    args: ['--version'],
    version: /(\d+)\.(\d+)/,
    least: [2, 30],
    remedy: 'https://git-scm.com',
  },
  {
    name: 'aws',
    args: ['--version'],
    version: /aws-cli\/(\d+)\.(\d+)/,
    least: [1, 29],
    remedy: 'https://aws.amazon.com/cli',
  },
  {
    name: 'kubectl',
    args: ['version', '--client'],
    version: /v(\d+)\.(\d+)/,
    least: [1, 28],
    remedy: 'https://kubernetes.io/docs/tasks/tools',
  },
];

/** @returns what is wrong with a tool, or undefined */
function problemOf(tool: Tool, said: string, code: number | undefined): string | undefined {
  const least = tool.least.join('.');
  const needs = `${tool.name} ${least} or newer is needed (${tool.remedy})`;
  if (code === undefined) return `${needs}; it is not on the PATH.`;
  const found = tool.version.exec(said);
  if (code !== 0 || !found) return `${needs}; it failed: ${said.trim().split('\n')[0]}`;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const isOld = major < tool.least[0] || (major === tool.least[0] && minor < tool.least[1]);
  return isOld ? `${needs}; this one is ${major}.${minor}.` : undefined;
}

export const tools: Step = {
  title: 'Tools',
  reads: true,
  async run(context) {
    const problems = await Promise.all(
      TOOLS.map(async (tool) => {
        const { code, stdout, stderr } = await run(tool.name, tool.args, { env: context.env });
        return problemOf(tool, stdout + stderr, code);
      }),
    );
    const wrong = problems.filter((problem) => problem !== undefined);
    if (wrong.length > 0)
      throw new Failure(
        'Tools are missing or too old.',
        wrong.join('\n'),
        'Install them, then run again.',
      );
    context.say(`${TOOLS.map(({ name }) => name).join(', ')} are there`);
  },
};
