import { run } from '../../commands/run-command.ts';
import { Failure } from '../../failure.ts';
import type { Step } from '../step.ts';

interface Tool {
  readonly name: string;
  readonly args: readonly string[];
  /** Finds the major and minor version in the output. */
  readonly version: RegExp;
  readonly minVersion: readonly [number, number];
  readonly remedy: string;
}

const TOOLS: readonly Tool[] = [
  {
    name: 'node',
    args: ['--version'],
    version: /v(\d+)\.(\d+)/,
    minVersion: [20, 19],
    remedy: 'https://nodejs.org',
  },
  {
    name: 'npm',
    args: ['--version'],
    version: /(\d+)\.(\d+)/,
    minVersion: [9, 0],
    remedy: 'comes with Node',
  },
  {
    name: 'git',
    args: ['--version'],
    version: /(\d+)\.(\d+)/,
    minVersion: [2, 30],
    remedy: 'https://git-scm.com',
  },
  {
    name: 'aws',
    args: ['--version'],
    version: /aws-cli\/(\d+)\.(\d+)/,
    minVersion: [1, 29],
    remedy: 'https://aws.amazon.com/cli',
  },
  {
    name: 'kubectl',
    args: ['version', '--client'],
    version: /v(\d+)\.(\d+)/,
    minVersion: [1, 28],
    remedy: 'https://kubernetes.io/docs/tasks/tools',
  },
];

/** @returns undefined for a tool that works and is new enough */
function problemOf(tool: Tool, output: string, code: number | undefined): string | undefined {
  const minVersion = tool.minVersion.join('.');
  const needs = `${tool.name} ${minVersion} or newer is needed (${tool.remedy})`;
  if (code === undefined) return `${needs}; it is not on the PATH.`;
  const found = tool.version.exec(output);
  if (code !== 0 || !found) return `${needs}; it failed: ${output.trim().split('\n')[0]}`;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const [minMajor, minMinor] = tool.minVersion;
  const isOld = major < minMajor || (major === minMajor && minor < minMinor);
  return isOld ? `${needs}; this one is ${major}.${minor}.` : undefined;
}

export const tools: Step = {
  title: 'Tools',
  isReadOnly: true,
  async run(context) {
    const problems = await Promise.all(
      TOOLS.map(async (tool) => {
        const { code, stdout, stderr } = await run(tool.name, tool.args, { env: context.env });
        return problemOf(tool, stdout + stderr, code);
      }),
    );
    const wrong = problems.filter((problem) => problem !== undefined);
    const { dryRun, destroy } = context.options;
    if (wrong.length > 0 && dryRun && !destroy) {
      context.unchecked.push(...wrong.map((problem) => `tools: ${problem}`));
      context.log(`${wrong.length} missing or too old, which a dry run does not need`);
      return;
    }
    if (wrong.length > 0)
      throw new Failure(
        'Tools are missing or too old.',
        wrong.join('\n'),
        'Install them, then run again.',
      );
    context.log(`found ${TOOLS.map(({ name }) => name).join(', ')}`);
  },
};
