import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rewriteTarget, unreadableTarget } from '../../src/http/request-target.ts';

function requestFor(url: string): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.url = url;
  return request;
}

it.each([
  ['/a/b?c=d', '/a/b?c=d'],
  ['/a%2Fb?c=%C5%81', '/a%2Fb?c=%C5%81'],
  ['http://shop.example/a?b', '/a?b'],
  ['HTTPS://shop.example:8000/a%20b', '/a%20b'],
  ['http://shop.example?b=c', '/?b=c'],
  ['http://shop.example', '/'],
  ['//shop.example/a', '//shop.example/a'],
  ['/a?q=100%', '/a?q=100%25'],
  ['/a?q=%zz&b=%41', '/a?q=%25zz&b=%41'],
  ['/a%ff', '/a%00'],
  ['/a%C5?q=%ED%A0%BD', '/a%00?q=%00'],
])('the target %s is read as %s', (target, expected) => {
  expect(rewriteTarget(requestFor(target))).toBe(expected);
});

it.each([
  ['/a%', 'malformed-request'],
  ['/a%zz/b', 'malformed-request'],
  ['*', 'malformed-request'],
  ['', undefined],
  [`/${'x'.repeat(1024)}`, undefined],
  [`/${'x'.repeat(1025)}/b`, 'uri-too-long'],
  [`/${'%E6%BC%A2'.repeat(1024)}`, undefined],
  [`/a?${'x'.repeat(5000)}`, undefined],
  ['http:///a', 'malformed-request'],
  ['http://?a', 'malformed-request'],
  ['https://me@shop.example/a', 'malformed-request'],
  ['https://shop.example:port/a', 'malformed-request'],
  ['https://[::1]:8000/a', undefined],
])('the target %.20s leads nowhere if it cannot be read: %s', (target, code) => {
  const request = requestFor(target);
  rewriteTarget(request);
  expect(unreadableTarget(request)).toBe(code);
});

it('every target becomes one that can be decoded', () => {
  const character = fc.constantFrom(...'ab/?&=#%09aAfFcCeE:;.');
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 30 }), (text) => {
      const target = rewriteTarget(requestFor(`/${text}`));
      expect(target).toMatch(/^\//);
      expect(() => decodeURIComponent(target)).not.toThrow();
    }),
  );
});
