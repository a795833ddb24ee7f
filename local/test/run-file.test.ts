import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createScratch } from '../../testbed/scratch.ts';
import { runToEnd } from '../run/child-process.ts';
import { identify } from '../run/processes.ts';
import { Progress } from '../run/progress.ts';
import { beginRun, readRun } from '../run/run-file.ts';
import { API, spawnProgram } from '../start/backend-process.ts';
import { openLog } from '../start/logs.ts';

const SIGNALS = ['SIGTERM', 'SIGKILL'] as const;

/** A process that waits, and its entry for a run file. */
async function startSleeper(script = 'setInterval(() => {}, 1000); console.log("up")') {
  const child = spawn(process.execPath, ['-e', script], { detached: true });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'data');
  const pid = child.pid ?? -1;
  return { child, pid, identity: identify(pid) ?? '', name: 'sleeper', signals: SIGNALS };
}

const exitOf = async (child: ChildProcess) => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode;
};

it('ends what a killed run has left behind, with SIGTERM first', async () => {
  await using scratch = await createScratch();
  const file = join(scratch.path, 'run.json');
  const { child, ...entry } = await startSleeper();
  const launcher = { pid: 2 ** 22 + 1, identity: 'of a process that is gone' };
  await writeFile(file, JSON.stringify({ launcher, tracked: [{ ...entry, group: false }] }));
  const begun = await beginRun(file);
  expect(begun.ok).toBe(true);
  expect(await exitOf(child)).toBe('SIGTERM');
  expect(readRun(file)?.launcher.pid).toBe(process.pid);
});

it("does not signal a process that reuses a dead process's pid", async () => {
  await using scratch = await createScratch();
  const file = join(scratch.path, 'run.json');
  const { child, ...entry } = await startSleeper();
  const stranger = { ...entry, identity: 'of another time', group: false };
  const launcher = { pid: entry.pid, identity: 'of another time' };
  await writeFile(file, JSON.stringify({ launcher, tracked: [stranger] }));
  expect((await beginRun(file)).ok).toBe(true);
  expect(child.exitCode ?? child.signalCode).toBeNull();
});

it('starts no process once it ends', async () => {
  await using scratch = await createScratch();
  const begun = await beginRun(join(scratch.path, 'start.run.json'));
  if (!begun.ok) throw new Error('It did not begin.');
  const { run } = begun;
  const { signal } = new AbortController();
  const env = process.env;
  await run[Symbol.asyncDispose]();
  const written = join(scratch.path, 'written');
  const command = [process.execPath, '-e', `fs.writeFileSync(${JSON.stringify(written)}, '')`];
  const cwd = scratch.path;
  await expect(runToEnd({ run, signal }, command, { cwd, env })).rejects.toThrow('has ended');
  const session = {
    root: cwd,
    stateDir: cwd,
    env,
    progress: new Progress(process.stdout, env),
    run,
    signal,
  };
  await using log = await openLog(join(scratch.path, 'backend.log'));
  expect(() => spawnProgram(session, API, log, env)).toThrow('has ended');
  expect(readdirSync(scratch.path)).toEqual(['backend.log']);
});

it('refuses a second run while the first one runs', async () => {
  await using scratch = await createScratch();
  const file = join(scratch.path, 'run.json');
  const { pid, identity } = await startSleeper();
  await writeFile(file, JSON.stringify({ launcher: { pid, identity }, tracked: [] }));
  expect(await beginRun(file)).toEqual({ ok: false, pid });
});

it('lets one of several processes begin that start at once', async () => {
  await using scratch = await createScratch();
  const file = join(scratch.path, 'run.json');
  const module = new URL('../run/run-file.ts', import.meta.url).href;
  const script = `
    const { beginRun } = await import(${JSON.stringify(module)});
    const { ok } = await beginRun(${JSON.stringify(file)});
    console.log(ok ? 'began' : 'refused');
    if (ok) setInterval(() => {}, 1000);`;
  for (const stale of [
    undefined,
    '{',
    '{"launcher":{"pid":4194305,"identity":"x"},"tracked":[]}',
  ]) {
    if (stale !== undefined) await writeFile(file, stale);
    const tsx = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script];
    const all = Array.from({ length: 4 }, () => spawn(process.execPath, tsx));
    const outcomes = await Promise.all(
      all.map(async ({ stdout }) => `${await once(stdout, 'data')}`),
    );
    for (const child of all) child.kill('SIGKILL');
    await Promise.all(all.map((child) => exitOf(child)));
    expect(outcomes.sort().join('')).toBe('began\nrefused\nrefused\nrefused\n');
  }
});

it.each(['', 'null', '{}', '[]', '{"launcher":{"pid":1}}', '{"launcher":{}', '\0\0\0'])(
  'begins after a run whose file is damaged: %j',
  async (text) => {
    await using scratch = await createScratch();
    const file = join(scratch.path, 'run.json');
    await writeFile(file, text);
    expect((await beginRun(file)).ok).toBe(true);
    expect(readRun(file)?.launcher.pid).toBe(process.pid);
  },
);

it('ends a whole group after its first process has ended', async () => {
  await using scratch = await createScratch();
  const begun = await beginRun(join(scratch.path, 'run.json'));
  if (!begun.ok) throw new Error('the run did not begin');
  const parent = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    console.log(child.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['-e', parent], { detached: true });
  const [printed] = await once(child.stdout, 'data');
  const [pid, grandchild] = [child.pid ?? -1, Number(String(printed))];
  begun.run.track({ name: 'g', pid, identity: identify(pid) ?? '', group: true, signals: SIGNALS });
  child.kill('SIGKILL');
  await exitOf(child);
  expect(identify(grandchild)).toBeDefined();
  await begun.run[Symbol.asyncDispose]();
  expect(identify(grandchild)).toBeUndefined();
});
