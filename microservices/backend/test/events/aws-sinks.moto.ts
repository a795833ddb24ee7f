// The sinks against moto, an imitation of AWS: `pip install 'moto[server]==5.2.5'`, and MOTO_SERVER names moto_server if
// it is not on the PATH. `npm run moto` runs it.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEventBridgeSink } from '../../src/events/sinks/event-bridge-sink.ts';
import { createSnsSink } from '../../src/events/sinks/sns-sink.ts';
import { waitUntil } from '../../test-support/wait-until.ts';

const REGION = 'us-west-2';
const ACCOUNT = '123456789012';

let moto: ChildProcess;
let address: string;
beforeAll(async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  const words = ['-H', '127.0.0.1', '-p', String(port)];
  moto = spawn(process.env.MOTO_SERVER ?? 'moto_server', words, { stdio: 'ignore' });
  // The SDK reads them, as in production.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: address,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const isUp = () =>
    fetch(`${address}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
  await waitUntil(isUp, 'moto');
});
afterAll(() => {
  moto.kill('SIGKILL');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const opened = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof opened === 'object' && opened ? opened.port : 0;
}

/** An AWS query, which moto does not authenticate. */
async function call(service: string, parameters: Record<string, string>): Promise<string> {
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/${service}/aws4_request`,
    },
    body: new URLSearchParams(parameters),
  });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return text;
}

const event = (aggregate: string, sequence: number) => ({
  id: randomUUID(),
  type: 'order.placed',
  timestamp: new Date().toISOString(),
  aggregate,
  sequence,
  data: { text: '😀 \u007f\uffff <&>' },
});

const signal = () => AbortSignal.timeout(20_000);

it('publishes to a FIFO topic, whose queue gets each event once and in order', async () => {
  const fifo = { 'Attributes.entry.1.key': 'FifoTopic', 'Attributes.entry.1.value': 'true' };
  await call('sns', { Action: 'CreateTopic', Name: 'shop.fifo', ...fifo });
  const queue = { 'Attribute.1.Name': 'FifoQueue', 'Attribute.1.Value': 'true' };
  await call('sqs', { Action: 'CreateQueue', QueueName: 'shop.fifo', ...queue });
  const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:shop.fifo`;
  const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:shop.fifo`;
  const raw = {
    'Attributes.entry.1.key': 'RawMessageDelivery',
    'Attributes.entry.1.value': 'true',
  };
  await call('sns', {
    Action: 'Subscribe',
    TopicArn: topicArn,
    Protocol: 'sqs',
    Endpoint: queueArn,
    ...raw,
  });
  await using sink = createSnsSink(topicArn);
  const events = [1, 2, 3].map((sequence) => event(`order/${'é'.repeat(250)}`, sequence));
  for (const each of [...events, ...events.slice(2)])
    expect(await sink.deliver(each, signal())).toEqual({ kind: 'delivered' });
  const text = await call('sqs', {
    Action: 'ReceiveMessage',
    QueueUrl: `${address}/${ACCOUNT}/shop.fifo`,
    MaxNumberOfMessages: '10',
  });
  for (const { id } of events) expect(text.split(id)).toHaveLength(2);
  const places = events.map(({ id }) => text.indexOf(id));
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

it('reports a topic that does not exist', async () => {
  await using sink = createSnsSink(`arn:aws:sns:${REGION}:${ACCOUNT}:absent`);
  const outcome = await sink.deliver(event('order/1', 1), signal());
  expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('NotFound') });
});

it('puts events on a bus', async () => {
  await using sink = createEventBridgeSink(`arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`);
  expect(await sink.deliver(event('order/1', 1), signal())).toEqual({ kind: 'delivered' });
});

it('gives up at the end of its time', async () => {
  await using sink = createSnsSink(`arn:aws:sns:${REGION}:${ACCOUNT}:shop.fifo`);
  const outcome = await sink.deliver(event('order/1', 1), AbortSignal.abort());
  expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('Abort') });
});
