import { expect, it } from 'vitest';
import { Progress } from '../run/progress.ts';

function record(isTTY: boolean) {
  let text = '';
  const out = { isTTY, columns: 80, write: (more: string) => (text += more) };
  return { progress: new Progress(out), text: () => text };
}

it('writes one plain line for a finished step', async () => {
  const { progress, text } = record(false);
  const result = await progress.step(
    'Do it',
    async () => 3,
    (count) => `${count} things`,
  );
  expect(result).toBe(3);
  expect(text()).toMatch(/^ {2}✓ Do it +\d\.\d s {2}3 things\n$/);
});

it('marks a step that throws and a step with a bad result', async () => {
  const { progress, text } = record(false);
  const failing = progress.step('Break', async () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
  await progress.step(
    'Count',
    async () => 0,
    String,
    (count) => count > 0,
  );
  expect(text()).toMatch(/^ {2}✗ Break .*\n {2}✗ Count .*\n$/);
});

it('leaves only the lines of finished steps on a TTY', async () => {
  const { progress, text } = record(true);
  await Promise.all([progress.step('One', async () => {}), progress.step('Two', async () => {})]);
  const erase = '\u001b[2K';
  const left = text()
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf(erase) + erase.length));
  expect(left.slice(0, 2).join('|')).toMatch(/One.*\|.*Two/);
  expect(left.at(-1)).toBe('');
});
