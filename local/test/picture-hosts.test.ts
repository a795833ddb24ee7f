// PICTURE_HOSTS is read by import-catalog, by npm start's server and by the storefront's container.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPictureHosts as readForImport } from '../../microservices/database/src/catalog/picture-hosts.ts';
import { readPictureHosts } from '../start/web/content-security-policy.ts';

const SCRIPT = join(import.meta.dirname, '../../microservices/frontend/nginx/start.sh');

/** What start.sh refuses. An output directory that cannot be made keeps it from going on to nginx. */
function refusedByContainer(hosts: readonly string[]): string[] {
  const env = {
    PATH: process.env.PATH,
    NGINX_OUT: '/proc/nowhere',
    PICTURE_HOSTS: hosts.join(' '),
  };
  const { stderr } = spawnSync('/bin/sh', [SCRIPT], { env, encoding: 'utf8' });
  return [...stderr.matchAll(/PICTURE_HOSTS contains "([^"]*)"/g)].map(([, host = '']) => host);
}

function refusedByImport(hosts: readonly string[]): string[] {
  return hosts.filter((host) => {
    const problems: string[] = [];
    readForImport(host, problems);
    return problems.length > 0;
  });
}

const refusedByStart = (hosts: readonly string[]) =>
  hosts.filter((host) => {
    const problems: string[] = [];
    readPictureHosts(host, problems);
    return problems.length > 0;
  });

function expectAgreement(hosts: readonly string[]): void {
  const refused = refusedByImport(hosts);
  expect(refusedByStart(hosts)).toEqual(refused);
  expect(refusedByContainer(hosts)).toEqual(refused);
}

it.each([
  [
    [
      ...['cdn.example.com', 'b.example:8443', 'localhost', '192.0.2.7', 'xn--e1afmkfd.example'],
      ...['9', 'a:1', 'a:65535'],
    ],
    0,
  ],
  [['a:65536', 'cdn.example.com:99999', 'a:08', 'a:1:2'], 4],
  [
    ['a..b', 'a.-b', '-a', 'a-', '.a', 'a.', 'a:', 'a:0', 'a:123456', 'A.b', 'a_b', '[::1]', '*'],
    13,
  ],
])('%j: the three refuse %i', (hosts, count) => {
  expect(refusedByImport(hosts)).toHaveLength(count);
  expectAgreement(hosts);
});

it('they agree about any port', () => {
  const port = fc.oneof(fc.nat(99_999), fc.integer({ min: 65_000, max: 66_000 }));
  const host = port.map((number) => `cdn.example.com:${number}`);
  fc.assert(fc.property(fc.array(host, { minLength: 1, maxLength: 50 }), expectAgreement), {
    numRuns: 10,
  });
});

it('the three separate hosts by any white space and by commas', () => {
  const hosts = ['a.example', 'b.example', 'c.example', 'd.example'];
  const text = ` ${hosts.join('\r\n')},\te.example\r\n`;
  expect(readPictureHosts(text)).toEqual([...hosts, 'e.example']);
  expect(readForImport(text, [])).toEqual([...hosts, 'e.example']);
  expect(refusedByContainer([text])).toEqual([]);
});

it('they agree about any hosts', () => {
  const host = fc.string({
    unit: fc.constantFrom(...'ab09.-:_A*/'),
    minLength: 1,
    maxLength: 39,
  });
  fc.assert(fc.property(fc.array(host, { minLength: 1, maxLength: 50 }), expectAgreement), {
    numRuns: 30,
  });
});
