import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inventory } from '../../aws-mock/inventory.ts';
import { Moto, Refusal } from '../../aws-mock/moto.ts';
import { Resources } from '../../aws-mock/resources.ts';

const NO_ROUTE = '<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>';
let server: Server;
let moto: Moto;
let answer: { readonly status: number; readonly text: string; readonly code?: string };

beforeAll(async () => {
  server = createServer((_request, response) => {
    const { status, text, code } = answer;
    response.writeHead(status, code === undefined ? {} : { 'x-amzn-errortype': code }).end(text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  moto = new Moto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'us-west-2');
});
afterAll(() => new Promise((done) => server.close(done)));

it.each([
  ['a route that moto lacks', 404, NO_ROUTE],
  ['an operation that moto lacks', 500, NO_ROUTE.replace('404 Not Found', '500 Internal')],
  ['a failure without a body', 502, ''],
])('does not take %s for an answer of AWS', async (_what, status, text) => {
  answer = { status, text };
  for (const call of [
    moto.send('eks', '/clusters'),
    moto.json('logs', 'Logs_20140328.DescribeLogGroups', {}),
    moto.query('rds', '2014-10-31', { Action: 'DescribeDBInstances' }),
  ]) {
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(Refusal);
  }
});

it('does not take a route that moto lacks for a resource that is gone', async () => {
  answer = { status: 404, text: NO_ROUTE };
  const resources = new Resources(moto);
  const removal = { properties: {} };
  await expect(resources.delete('AWS::EKS::Cluster', 'shop', removal)).rejects.toThrow(
    'moto cannot do DELETE /clusters/shop of eks',
  );
  answer = { status: 404, text: '{"message":"No cluster"}', code: 'ResourceNotFoundException' };
  await expect(resources.delete('AWS::EKS::Cluster', 'shop', removal)).resolves.toBeUndefined();
});

it('does not delete a cluster that EKS refuses to delete', async () => {
  answer = { status: 409, text: '{"message":"busy"}', code: 'ResourceInUseException' };
  const removal = { properties: {} };
  await expect(new Resources(moto).delete('AWS::EKS::Cluster', 'shop', removal)).rejects.toThrow(
    'ResourceInUseException',
  );
});

it('finds no empty account where moto fails', async () => {
  answer = { status: 500, text: '' };
  await expect(inventory(new Resources(moto))).rejects.toThrow('moto cannot do');
});
