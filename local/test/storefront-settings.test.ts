// The settings of the storefront's container: start.sh is a shell script, and needs no nginx to refuse them.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../microservices/frontend/nginx/start.sh');

/** An output directory that cannot be made keeps it from going on to nginx. */
const start = (env: Record<string, string>) =>
  spawnSync('/bin/sh', [SCRIPT], {
    env: { PATH: process.env.PATH, NGINX_OUT: '/proc/nowhere', ...env },
    encoding: 'utf8',
  });

it.each([
  ['BACKEND_URL', 'eighty'],
  ['BACKEND_URL', 'http://a b'],
  ['BACKEND_URL', 'http://backend:99999'],
  ['BACKEND_URL', 'http://backend:0'],
  ['BACKEND_URL', 'https://backend'],
  ['BACKEND_URL', 'http://żółw'],
  ['BACKEND_URL', 'http://a;\nreturn 200'],
  ['BACKEND_URL', 'x'.repeat(10_000)],
  ['SITE', 'relative'],
  ['SITE', '/a b'],
  ['SITE', '/a|b&c'],
  ['NGINX_OUT', '/a;b'],
  ['NGINX_OUT', '/proc/nowhere'],
  ['PICTURE_HOSTS', 'https://cdn.example'],
  ['PICTURE_HOSTS', '*'],
  ['PICTURE_HOSTS', 'cdn.example.com:99999'],
])('%s=%s is refused with a sentence that names it', (name, value) => {
  const { status, stderr, stdout } = start({ [name]: value });
  expect(status).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`^start.sh: the environment is not usable:\\n[^]*  - ${name} `),
  );
  expect(stderr.length).toBeLessThan(600);
  expect(stdout).toBe('');
});

it.each(['\r', '\r\n', '\n', ' ', '\t'])(
  'white space (%j) around a value is no part of it',
  (space) => {
    const values = {
      BACKEND_URL: 'http://backend:8000',
      SITE: '/srv/site',
      PICTURE_HOSTS: 'a.example',
    };
    const padded = Object.entries(values).map(([name, value]) => [
      name,
      `${space}${value}${space}`,
    ]);
    const { stderr } = start({ ...Object.fromEntries(padded), NGINX_OUT: `/proc/nowhere${space}` });
    expect(stderr).toBe(
      'start.sh: the environment is not usable:\n  - NGINX_OUT is "/proc/nowhere", which is not writable.\n',
    );
  },
);

it.each(['\r\n', ' '])('a blank value (%j) counts as absent', (blank) => {
  const { stderr } = start({ BACKEND_URL: blank, SITE: blank, PICTURE_HOSTS: blank });
  expect(stderr).not.toMatch(/BACKEND_URL|SITE|PICTURE_HOSTS/);
});

it('a control character within a value is shown', () => {
  const { stderr } = start({ BACKEND_URL: 'http://back\rend:8000', PICTURE_HOSTS: 'a\u0001b' });
  expect(stderr).toContain('BACKEND_URL is "http://back?end:8000"');
  expect(stderr).toContain('PICTURE_HOSTS contains "a?b"');
});

it.each([
  ['BACKEND_URI', 'BACKEND_URL'],
  ['BACKEND_HOST', 'BACKEND_URL'],
  ['PICTURE_HOST', 'PICTURE_HOSTS'],
  ['NGINX_OUTPUT', 'NGINX_OUT'],
])('%s is refused, and %s is named, beside every other problem', (name, setting) => {
  const { stderr } = start({ [name]: 'x', SITE: 'relative' });
  expect(stderr).toContain(`${name} is not a setting: did you mean ${setting}?`);
  expect(stderr).toContain('SITE is "relative"');
});

it('every setting with one letter missing, changed, added or swapped is refused with its name', () => {
  const misspelled = ['BACKEND_URL', 'PICTURE_HOSTS', 'SITE', 'NGINX_OUT'].flatMap((setting) => {
    const others = [`${setting}_X`, `CARTHUB_${setting}`, setting.replace('_', '')];
    const names = [...misspellings(setting), ...(setting === 'SITE' ? [] : others)];
    return names.filter((name) => name !== 'SITE').map((name) => [name, setting] as const);
  });
  const { stderr } = start(Object.fromEntries(misspelled.map(([name]) => [name, 'x'])));
  for (const [name, setting] of misspelled)
    expect(stderr).toContain(`${name} is not a setting: did you mean ${setting}?`);
});

function misspellings(name: string): string[] {
  const letters = [...name];
  return letters.flatMap((letter, at) => {
    const [before, after] = [name.slice(0, at), name.slice(at + 1)];
    const swapped = `${before}${letters[at + 1] ?? 'X'}${letter}${after.slice(1)}`;
    return [before + after, `${before}X${after}`, `${before}X${letter}${after}`, swapped];
  });
}

it('variables of Kubernetes and of the image are no misspelled settings', () => {
  const others = ['BACKEND_SERVICE_HOST', 'BACKEND_PORT_80_TCP', 'NGINX_VERSION', 'HOSTNAME'];
  const env = Object.fromEntries(others.map((name) => [name, 'x']));
  const { stderr } = start({
    ...env,
    BACKEND_PORT: 'tcp://10.0.0.7:80',
    NGINX_ENTRYPOINT_QUIET_LOGS: '1',
  });
  expect(stderr).not.toContain('is not a setting');
});
