// Checks the services' settings with the services' own code, before they are installed: it needs nothing but
// Node.js and typebox, of which the root has the backend's version.

import { codeOf } from '../../run/user-error.mjs';
import { REPLACED_BY_URL } from './database-settings.ts';
import type { Environment, Settings } from './read-settings.ts';
import { backendEnvironment } from './service-environment.ts';

/** In place of what is checked elsewhere, or not known yet. */
const GOOD_SERVER = { host: '127.0.0.1', backendPort: 8000 };
const GOOD_URL = 'postgres://localhost/carthub';
const GOOD_SECRET = '0'.repeat(64);

/**
 * @param isRefused whether a variable is wrong as such, so that no service needs to check it
 * @returns the sentences of each service; undefined if a half installed package keeps its code from being loaded
 */
export async function serviceProblems(
  env: Environment,
  settings: Settings,
  isRefused: (variable: string) => boolean,
): Promise<readonly (readonly string[])[] | undefined> {
  const isChecked = (name: string) => !(REPLACED_BY_URL.includes(name) || isRefused(name));
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => isChecked(name)));
  const code = await loadServices().catch((error: unknown) => {
    if (codeOf(error)?.startsWith('ERR_')) return undefined;
    throw error;
  });
  if (code === undefined) return undefined;
  return [
    await backendProblems(code, rest, settings),
    await databaseProblems(code, rest, settings),
  ];
}

type Code = Awaited<ReturnType<typeof loadServices>>;

async function loadServices() {
  const [backend, files, database, login] = await Promise.all([
    import('../../../microservices/backend/src/config/read-environment.ts'),
    import('../../../microservices/backend/src/config/secret-files.ts'),
    import('../../../microservices/database/src/config/config.ts'),
    import('../../../microservices/database/src/login/app-login.ts'),
  ]);
  return { ...backend, ...files, ...database, ...login };
}

async function backendProblems(code: Code, env: Environment, settings: Settings) {
  const { databaseUrl, backendDatabaseUrl } = settings;
  const url = backendDatabaseUrl ?? GOOD_URL;
  const environment = backendEnvironment(env, GOOD_SERVER, url, GOOD_SECRET);
  const files = await code.readSecretFiles(environment);
  // The backend knows its database as DATABASE_URL.
  const variable = url === databaseUrl ? 'DATABASE_URL' : 'BACKEND_DATABASE_URL';
  return problemsOf(code, () => code.readEnvironment(environment, files)).map((problem) =>
    problem.replace(/^DATABASE_URL\b/, variable),
  );
}

function problemsOf({ EnvironmentError }: Code, read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
}

async function databaseProblems(code: Code, env: Environment, settings: Settings) {
  const url = settings.databaseUrl ?? GOOD_URL;
  const result = code.readConfig({ ...env, DATABASE_URL: url });
  const files = await code.readSecretFiles({ ...env, DATABASE_URL: url });
  return [
    ...(result.ok ? [] : result.problems),
    ...files.problems.filter((problem) => problem.startsWith('DATABASE_URL')),
    ...(await loginProblems(code, env)),
  ];
}

async function loginProblems(code: Code, env: Environment): Promise<string[]> {
  const directory = env.APP_CREDENTIALS_DIR?.trim();
  if (!directory) return [];
  try {
    const problem = await code.appLoginProblem(directory);
    return problem === undefined ? [] : [problem];
  } catch (error) {
    return [`APP_CREDENTIALS_DIR cannot be read (${codeOf(error) ?? error})`];
  }
}
