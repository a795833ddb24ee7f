import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SecretsManager extends AsyncDisposable {
  /** Environment variables that direct the AWS SDK to this server. */
  readonly env: Readonly<Record<string, string>>;
  readonly requestedIds: string[];
  /** undefined: the secret does not exist. */
  secret: string | undefined;
}

/** Imitates AWS Secrets Manager over HTTP: GetSecretValue of one secret. */
export async function startSecretsManager(): Promise<SecretsManager> {
  const state: { requestedIds: string[]; secret: string | undefined } = {
    requestedIds: [],
    secret: undefined,
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { SecretId } = JSON.parse(body);
    state.requestedIds.push(SecretId);
    const { secret: SecretString } = state;
    const answer =
      SecretString === undefined
        ? { __type: 'ResourceNotFoundException', message: 'There is no such secret.' }
        : { ARN: SecretId, SecretString };
    response.writeHead(SecretString === undefined ? 400 : 200, {
      'content-type': 'application/x-amz-json-1.1',
    });
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    env: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  });
}
