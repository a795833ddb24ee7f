import { expect, it } from 'vitest';
import { lastLines } from '../../src/commands/run-command.ts';

it('returns the last lines of the output without stack traces and with long lines cut', () => {
  const stderr = `Error: no\n    at f (file.js:1:1)\n\nERROR ${'x'.repeat(5_000)}\n`;
  const lines = lastLines({ code: 1, stdout: 'out', stderr }).split('\n');
  expect(lines[0]).toBe('Error: no');
  expect(lines[1]).toMatch(/^ERROR x+…$/);
  expect(lines[1]?.length).toBeLessThan(310);
  expect(lines).toHaveLength(2);
  expect(lastLines({ code: 1, stdout: 'out', stderr: '' })).toBe('out');
  expect(lastLines({ code: 1, stdout: '', stderr: '    at f (file.js:1:1)' })).toBe(
    'It printed nothing.',
  );
});
