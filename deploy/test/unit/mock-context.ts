import { type Context, clientsFor } from '../../src/context.ts';
import { parseOptions } from '../../src/options.ts';
import type { MockAws } from '../aws-mock/aws.ts';

/** A run of the script whose clients call the imitation; what it logs is added to `logged`. */
export function contextFor(aws: MockAws, logged: string[]): Context {
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${aws.port}`;
  process.env.AWS_ACCESS_KEY_ID = 'mock';
  process.env.AWS_SECRET_ACCESS_KEY = 'mock';
  const options = parseOptions([], {});
  if (!options) throw new Error('no options');
  return {
    options,
    aws: clientsFor(options),
    root: '/nowhere',
    env: {},
    pollMs: 1,
    signal: new AbortController().signal,
    log: (line) => logged.push(line),
    unchecked: [],
  };
}
