// What an issuer can say in a token or a key, beyond what its documentation promises.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startIssuer } from '../../../test-support/identity/oidc-issuer.ts';
import { createTestApp, type TestApp } from '../../../test-support/test-app.ts';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let members: TestApp;
beforeAll(async () => {
  issuer = await startIssuer();
  members = await createTestApp({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: 'carthub' });
});
afterAll(async () => {
  await members[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const cartOf = async (app: TestApp, claims: object, customerId: string) => {
  const headers = { authorization: `Bearer ${await issuer.sign(claims)}` };
  return app.call({
    method: 'GET',
    url: `/api/v1/cart/${encodeURIComponent(customerId)}`,
    headers,
  });
};

it.each([
  [255, 200],
  [256, 401],
])('a subject of %i characters beyond the BMP is answered with %i', async (length, status) => {
  const sub = '😀'.repeat(length);
  expect((await cartOf(members, { sub }, sub.slice(0, 20))).status).toBe(
    status === 200 ? 403 : 401,
  );
  if (status === 200) expect((await cartOf(members, { sub }, sub)).status).toBe(200);
});

it.each([[7], [null], [true], [['alice']], [{ name: 'alice' }], [''], ['a\u0000b'], ['\ud83d']])(
  'the subject %j is nobody',
  async (sub) => {
    const { status, body } = await cartOf(members, { sub }, 'alice');
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
  },
);

it.each([
  ['without a part', { x: undefined }],
  ['not on its curve', { x: Buffer.alloc(32, 1).toString('base64url') }],
])('a published key %s is a fault of the issuer, not of the caller', async (_, changes) => {
  await using app = await createTestApp({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: 'carthub' });
  issuer.changeKey(changes);
  const refused = await cartOf(app, { sub: 'alice' }, 'alice');
  expect([refused.status, refused.body.code]).toEqual([503, 'identity-unavailable']);
  issuer.changeKey({});
});
