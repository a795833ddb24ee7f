import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFormation, ValidationError } from './cloudformation.ts';
import { Pipelines } from './pipelines.ts';
import { Moto } from './resources.ts';

export interface Call {
  readonly service: string;
  /** Such as `DescribeStacks`; for REST services, `GET /clusters`. */
  readonly action: string;
}

export interface Injection extends Call {
  readonly kind: 'denied' | 'throttled' | 'reset';
  /** Number of consecutive calls to fail. */
  times: number;
}

/** The account's quotas by code. */
const QUOTAS: Record<string, number> = {
  'L-F678F1CE': 5,
  'L-0263D0A3': 5,
  'L-1194D53C': 100,
  'L-1216C47A': 32,
};

/** A proxy before moto: records each call, injects failures and answers for what moto lacks. */
export class MockAws implements AsyncDisposable {
  readonly calls: Call[] = [];
  readonly injections: Injection[] = [];
  readonly quotas: Record<string, number> = { ...QUOTAS };
  /** Status of the GitHub connection. */
  connectionStatus: 'PENDING' | 'AVAILABLE' = 'PENDING';
  /** HTTP status of the shop's own address. */
  shopStatus = 200;
  readonly cloudFormation: CloudFormation;
  readonly pipelines: Pipelines;
  readonly moto: Moto;
  readonly #server: Server;
  readonly #motoUrl: string;

  private constructor(motoUrl: string, region: string, repositories: string) {
    this.#motoUrl = motoUrl;
    this.moto = new Moto(motoUrl, region);
    this.cloudFormation = new CloudFormation(this.moto, region, (url) => this.#template(url));
    this.pipelines = new Pipelines(repositories);
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error) => {
        console.error('mock:', error);
        response.destroy();
      });
    });
  }

  static async start(motoUrl: string, region: string, repositories: string): Promise<MockAws> {
    const mock = new MockAws(motoUrl, region, repositories);
    await new Promise<void>((resolve) => mock.#server.listen(0, '127.0.0.1', resolve));
    return mock;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Reads a template that the CDK uploaded: `…bucket.s3.…/key` or `…/bucket/key`. */
  async #template(url: string): Promise<string> {
    const { hostname, pathname } = new URL(url);
    const bucket = /^(.+)\.s3\./.exec(hostname)?.[1];
    const path = bucket ? `/${bucket}${pathname}` : pathname;
    const response = await fetch(`${this.#motoUrl}${path}`, { headers: signed('s3') });
    if (!response.ok) throw new ValidationError(`S3 error: ${url} does not exist`);
    return await response.text();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const call = callOf(request, body);
    if (call.service === 'shop') {
      response.writeHead(this.shopStatus).end('{}');
      return;
    }
    this.calls.push(call);
    const injection = this.injections.find(
      ({ service, action, times }) =>
        times > 0 && service === call.service && action === call.action,
    );
    if (injection) {
      injection.times -= 1;
      if (injection.kind === 'reset') request.socket.destroy();
      else refuse(response, injection.kind, call);
      return;
    }
    if (call.service === 'cloudformation') await this.#cloudFormation(call, body, response);
    else if (call.service === 'codepipeline')
      json(response, this.pipelines.handle(call.action, JSON.parse(body.toString())));
    else if (call.service === 'servicequotas')
      json(response, { Quota: { Value: this.quotas[JSON.parse(body.toString()).QuotaCode] } });
    else if (call.service === 'codeconnections')
      json(response, {
        Connection: { ConnectionName: 'carthub', ConnectionStatus: this.connectionStatus },
      });
    else await this.#forward(request, body, response);
  }

  async #cloudFormation({ action }: Call, body: Buffer, response: ServerResponse): Promise<void> {
    try {
      const inner = await this.cloudFormation.handle(action, new URLSearchParams(body.toString()));
      xml(
        response,
        200,
        `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`,
      );
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      xml(response, 400, errorXml('ValidationError', error.message));
    }
  }

  async #forward(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers))
      if (!['host', 'connection', 'content-length', 'expect', 'transfer-encoding'].includes(name))
        headers[name] = String(value);
    const method = request.method ?? 'GET';
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const upstream = await fetch(`${this.#motoUrl}${request.url}`, {
      method,
      headers,
      ...(hasBody && { body: new Uint8Array(body) }),
    });
    response.statusCode = upstream.status;
    for (const [name, value] of upstream.headers)
      if (!['content-encoding', 'transfer-encoding', 'connection'].includes(name))
        response.setHeader(name, value);
    response.end(Buffer.from(await upstream.arrayBuffer()));
  }
}

function signed(service: string): Record<string, string> {
  const scope = `Credential=mock/20260101/us-west-2/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` };
}

function callOf(request: IncomingMessage, body: Buffer): Call {
  const scope = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '');
  // A request without a signature is for the shop's own address.
  if (!scope) return { service: 'shop', action: request.url ?? '' };
  const target = request.headers['x-amz-target'];
  const form = /(?:^|&)Action=(\w+)/.exec(body.subarray(0, 2_000_000).toString())?.[1];
  const rest = `${request.method} ${request.url?.split('?')[0]}`;
  const action = typeof target === 'string' ? target.split('.').at(-1) : form;
  return { service: scope[1] ?? '', action: action ?? rest };
}

function json(response: ServerResponse, body: object): void {
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  response.end(JSON.stringify(body));
}

function xml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/xml' });
  response.end(body);
}

function errorXml(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
}

function refuse(
  response: ServerResponse,
  kind: 'denied' | 'throttled',
  { service, action }: Call,
): void {
  const code = kind === 'denied' ? 'AccessDenied' : 'ThrottlingException';
  const message =
    kind === 'denied' ? `not authorized to perform ${service}:${action}` : 'Rate exceeded';
  if (['cloudformation', 'sts', 'elasticloadbalancing'].includes(service))
    xml(response, kind === 'denied' ? 403 : 400, errorXml(code, message));
  else if (service === 'ec2')
    xml(
      response,
      403,
      `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`,
    );
  else {
    response.writeHead(400, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-errortype': code,
    });
    response.end(JSON.stringify({ __type: code, message }));
  }
}
