import { expect, test } from 'vitest';
import { checkPicture, readPictureHosts } from '../../src/catalog/picture-hosts.ts';
import { readConfig } from '../../src/config/config.ts';

const HOSTS = ['cdn.example.com', 'pictures.example:8443'];

test.each([
  '/images/mug.svg',
  '/a b/ü.png?w=1',
  'https://cdn.example.com/mug.png',
  'HTTPS://CDN.example.com/mug.png',
  'https://cdn.example.com:443/mug.png',
  'https://pictures.example:8443/mug.png',
  '//cdn.example.com/mug.png',
  'data:image/png;base64,AAAA',
])('accepts the picture %s', (url) => {
  expect(checkPicture(url, HOSTS)).toBeUndefined();
});

test.each([
  ['https://other.example/mug.png', 'is on the host "other.example", which PICTURE_HOSTS does not'],
  ['https://cdn.example.com.evil.example/a.png', 'is on the host "cdn.example.com.evil.example"'],
  ['https://pictures.example/mug.png', 'is on the host "pictures.example"'],
  ['//other.example/mug.png', 'is on the host "other.example"'],
  ['/\\other.example/mug.png', 'is on the host "other.example"'],
  ['http://cdn.example.com/mug.png', 'begins with http:'],
  ['images/mug.svg', 'is neither a path like /images/mug.svg nor a URL'],
  ['javascript:alert(1)', 'is neither'],
  ['data:text/html,<p>', 'is neither'],
  ['https://', 'is neither'],
  ['/\t/other.example/mug.png', 'contains a control character'],
  ['/mug.png ', 'ends with white space'],
  [' /mug.png', 'begins or ends with white space'],
  ['https://user:password@cdn.example.com/mug.png', 'contains a user name or a password'],
])('refuses the picture %s', (url, reason) => {
  expect(checkPicture(url, HOSTS)).toContain(reason);
});

test('reads hosts between spaces or commas, and names wrong ones', () => {
  const problems: string[] = [];
  expect(readPictureHosts(HOSTS.join(', '), problems)).toEqual(HOSTS);
  expect(readPictureHosts(undefined, problems)).toEqual([]);
  expect(readPictureHosts('cdn.example.com:443', problems)).toEqual(['cdn.example.com']);
  expect(problems).toEqual([]);
  const DATABASE_URL = 'postgres://shop@db.example/carthub';
  for (const wrong of [
    'https://cdn.example.com',
    'cdn.example.com/a',
    '*.example.com',
    'a:65536',
    "x;'none'",
  ])
    expect(readConfig({ DATABASE_URL, PICTURE_HOSTS: wrong })).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('PICTURE_HOSTS contains')],
    });
});
