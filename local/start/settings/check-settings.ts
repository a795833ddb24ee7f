import { UserError } from '../../run/user-error.mjs';
import { portProblems } from '../ports.ts';
import { type Environment, readSettings, type Settings } from './read-settings.ts';
import { serviceProblems } from './service-problems.ts';

export interface CheckedSettings {
  readonly settings: Settings;
  /** Whether the services' settings were checked as well, which needs their code. */
  readonly isComplete: boolean;
}

/** Everything that can be wrong before anything is installed or started. @throws UserError with every problem */
export async function checkSettings(env: Environment): Promise<CheckedSettings> {
  const read = readSettings(env);
  const isRefused = (name: string) =>
    read.problems.some((problem) => problem.startsWith(`${name} `));
  const [ports, services] = await Promise.all([
    portProblems(read.settings, isRefused),
    serviceProblems(env, read.settings, isRefused),
  ]);
  const problems = withoutRepetition([read.problems, ports, ...(services ?? [])]);
  if (problems.length === 0) return { settings: read.settings, isComplete: services !== undefined };
  throw new UserError(`Carthub cannot start:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
}

/** Of several lists that tell about one variable, only the first does. */
function withoutRepetition(lists: readonly (readonly string[])[]): string[] {
  const told = new Set<string>();
  return lists.flatMap((list) => {
    const news = list.filter((problem) => !told.has(subjectOf(problem)));
    for (const problem of news) told.add(subjectOf(problem));
    return [...new Set(news)];
  });
}

/** The variable that a sentence begins with, or the sentence. */
const subjectOf = (problem: string): string => /^[A-Z_]{3,}/.exec(problem)?.[0] ?? problem;
