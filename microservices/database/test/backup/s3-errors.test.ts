// A server that answers as S3 does when it refuses: what a person then reads.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '../../test-support/run-cli.ts';

const NO_DATABASE = 'postgres://nobody@127.0.0.1:1/none';

let s3: Server;
let refusal: { status: number; code: string };
beforeAll(async () => {
  s3 = createServer((request, response) => {
    const { status, code } = refusal;
    response.writeHead(status, { 'content-type': 'application/xml' });
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message></Error>`;
    response.end(request.method === 'HEAD' ? undefined : body);
  }).listen(0, '127.0.0.1');
  await once(s3, 'listening');
  const { port } = s3.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
});
afterAll(() => {
  vi.unstubAllEnvs();
  s3.close();
});

test.each([
  [404, 'NoSuchBucket', 'There is no bucket of s3://shop/db: create it'],
  [403, 'AccessDenied', 'Access to s3://shop/db is denied: this role needs s3:ListBucket'],
  [403, 'InvalidAccessKeyId', 'The access key for S3 is not known'],
  [403, 'SignatureDoesNotMatch', 'The secret key for S3 is wrong'],
  [400, 'ExpiredToken', 'The AWS credentials have expired'],
  [301, 'PermanentRedirect', 'The bucket of s3://shop/db is in another region: set AWS_REGION'],
  [400, 'KMS.NotFoundException', 'The KMS key does not exist'],
  [400, 'Unheard', 'S3 fails for s3://shop/db (Unheard): No.'],
])('%i %s is explained', async (status, code, sentence) => {
  refusal = { status, code };
  const args = ['backups', '--from', 's3://shop/db', '--path-style'];
  const run = await runCli(NO_DATABASE, args);
  expect(run).toMatchObject({ exitCode: 1, out: '' });
  expect(run.err).toContain(sentence);
  const json = await runCli(NO_DATABASE, [...args, '--json']);
  expect(JSON.parse(json.out)).toMatchObject({ ok: false });
});
