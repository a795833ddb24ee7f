import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Chromium {
  readonly executablePath: string;
  /** The whole environment of the browser's process. */
  readonly env: Record<string, string>;
}

const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'chrome.exe',
];

const APPLICATION_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** CHROME_PATH, else an installed browser, else the one inside the package @sparticuz/chromium. */
export async function findChromium(environment: Environment): Promise<Chromium> {
  const env = definedOnly(environment);
  const configured = env.CHROME_PATH;
  if (configured) {
    if (!existsSync(configured))
      throw new Error(`CHROME_PATH is ${configured}, which does not exist.`);
    return { executablePath: configured, env };
  }
  const installed = findInstalled(env.PATH ?? '');
  return installed ? { executablePath: installed, env } : await unpackChromium(env);
}

function findInstalled(path: string): string | undefined {
  const onPath = path
    .split(delimiter)
    .flatMap((folder) => COMMANDS.map((name) => join(folder, name)));
  return [...onPath.filter(isRunnable), ...APPLICATION_PATHS].find((file) => existsSync(file));
}

/** A command on the PATH may be a stub that only prints how to install the browser. */
function isRunnable(file: string): boolean {
  return existsSync(file) && spawnSync(file, ['--version'], { stdio: 'ignore' }).status === 0;
}

function definedOnly(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

/**
 * The package unpacks into the temporary directory and accepts any file that is already there, even an
 * incomplete one. So this unpacks into a staging directory and renames it once it is complete.
 */
async function unpackChromium(env: Record<string, string>): Promise<Chromium> {
  const home = join(import.meta.dirname, '../../node_modules/.cache/chromium');
  if (!existsSync(home)) {
    await mkdir(join(home, '..'), { recursive: true });
    const staging = await mkdtemp(`${home}-`);
    await unpackInto(staging);
    await writeFile(join(staging, 'fonts/fonts.conf'), fontSettings(join(home, 'fonts')));
    await rename(staging, home).catch(() => rm(staging, { recursive: true }));
  }
  const libraries = [join(home, 'al2023/lib'), env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return {
    executablePath: join(home, 'chromium'),
    env: { ...env, LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(home, 'fonts') },
  };
}

/** The package's own settings look in /tmp/fonts; without any font the browser crashes. */
function fontSettings(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <cachedir>${folder}/cache</cachedir>
</fontconfig>
`;
}

/** The package takes its target directory, and whether to unpack its libraries, only from the environment. */
async function unpackInto(folder: string): Promise<void> {
  const before = { TMPDIR: tmpdir(), AWS_LAMBDA_JS_RUNTIME: '' };
  Object.assign(process.env, { TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' });
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    await chromium.executablePath();
  } finally {
    Object.assign(process.env, before);
  }
}
