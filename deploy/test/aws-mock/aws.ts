import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFormation } from './cloudformation/cloudformation.ts';
import { ApiError, errorXml, refuse, sendJsonError } from './errors.ts';
import { expectUnprotectedPool } from './handlers/other.ts';
import { Ingresses } from './ingresses.ts';
import { Moto } from './moto.ts';
import { Pipelines } from './pipelines.ts';
import { Shop } from './shop.ts';

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

/**
 * AWS's defaults by code (AWS General Reference, "Endpoints and quotas" of VPC, EC2 and EKS; CLI example of
 * get-aws-default-service-quota for the last but one).
 */
const DEFAULT_QUOTAS: Readonly<Record<string, number>> = {
  'L-F678F1CE': 5,
  'L-0263D0A3': 5,
  'L-1194D53C': 100,
  'L-1216C47A': 5,
  'L-34B43A08': 5,
};

/** A proxy before moto: records each call, injects failures and answers for what moto lacks. */
export class MockAws implements AsyncDisposable {
  readonly calls: Call[] = [];
  readonly injections: Injection[] = [];
  /** Applied quotas. The shop needs eight vCPUs, so somebody has requested more of them. */
  readonly quotas: Record<string, number> = { 'L-1216C47A': 32 };
  /** Status of the GitHub connection. */
  connectionStatus: 'PENDING' | 'AVAILABLE' = 'PENDING';
  readonly shop = new Shop();
  readonly cloudFormation: CloudFormation;
  readonly pipelines: Pipelines;
  readonly moto: Moto;
  readonly ingresses: Ingresses;
  readonly #server: Server;
  readonly #motoUrl: string;

  private constructor(motoUrl: string, region: string, repositories: string) {
    this.#motoUrl = motoUrl;
    this.moto = new Moto(motoUrl, region);
    this.ingresses = new Ingresses(this.moto);
    this.cloudFormation = new CloudFormation(this.moto, (url) => this.#template(url));
    this.pipelines = new Pipelines(repositories);
    this.cloudFormation.resources.onCreated = (type, id) => {
      if (type === 'AWS::CodePipeline::Pipeline') this.pipelines.created(id);
    };
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
    if (!response.ok) throw new ApiError('ValidationError', `S3 error: ${url} does not exist`);
    return await response.text();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const call = callOf(request, body);
    if (call.service === 'shop' && call.action.startsWith('/ingresses')) {
      const { status, text } = await this.ingresses.handle(call.action);
      response.writeHead(status).end(text);
      return;
    }
    if (call.service === 'shop') {
      const { status, text, type } = this.shop.handle(request, body.toString());
      response.writeHead(status, { 'content-type': type }).end(text);
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
    else if (call.service === 'codepipeline' || call.service === 'servicequotas')
      this.#json(call, JSON.parse(body.toString()), response);
    else if (call.service === 'codeconnections')
      json(response, {
        Connection: { ConnectionName: 'carthub', ConnectionStatus: this.connectionStatus },
      });
    else if (!(await this.#refuseProtected(call, body, response)))
      await this.#forward(request, body, response);
  }

  /**
   * moto deletes protected user pools and load balancers, and tells the tags of any number of these: "You can specify up
   * to 20 resources in a single call" (ELB, API_DescribeTags). @returns true if it has answered
   */
  async #refuseProtected(
    { action }: Call,
    body: Buffer,
    response: ServerResponse,
  ): Promise<boolean> {
    if (action === 'DeleteUserPool') {
      const { UserPoolId } = JSON.parse(body.toString());
      const reason = await expectUnprotectedPool(this.moto, UserPoolId).catch(String);
      if (!reason) return false;
      response.writeHead(400, { 'x-amzn-errortype': 'InvalidParameterException' });
      response.end(JSON.stringify({ message: reason }));
      return true;
    }
    const form = new URLSearchParams(body.toString());
    if (action === 'DescribeTags' && form.has('ResourceArns.member.21')) {
      xml(response, 400, errorXml('ValidationError', 'Up to 20 resources can be described'));
      return true;
    }
    if (action !== 'DeleteLoadBalancer') return false;
    const arn = form.get('LoadBalancerArn') ?? '';
    if (!(await this.ingresses.isProtected(arn))) return false;
    // Error code of ELB's API_DeleteLoadBalancer.
    const reason = `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`;
    xml(response, 400, errorXml('OperationNotPermitted', reason));
    return true;
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
      if (!(error instanceof ApiError)) throw error;
      xml(response, 400, errorXml(error.code, error.message));
    }
  }

  #json({ service, action }: Call, body: Record<string, unknown>, response: ServerResponse): void {
    try {
      json(
        response,
        service === 'codepipeline'
          ? this.pipelines.handle(action, body)
          : this.#quota(action, String(body.QuotaCode)),
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sendJsonError(response, 400, error);
    }
  }

  /** "If the applied quota value is not available for a quota, the quota is not retrieved" (API_GetServiceQuota). */
  #quota(action: string, code: string): object {
    const isDefault = action === 'GetAWSDefaultServiceQuota';
    const Value = isDefault ? DEFAULT_QUOTAS[code] : this.quotas[code];
    // Wording of aws/aws-cli#6629 and hashicorp/terraform-provider-aws#19745, which give the code only.
    if (Value === undefined)
      throw new ApiError('NoSuchResourceException', `The quota ${code} is not available`);
    return { Quota: { QuotaCode: code, Value } };
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
      if (!['content-encoding', 'content-length', 'transfer-encoding', 'connection'].includes(name))
        response.setHeader(name, value);
    const answer = Buffer.from(await upstream.arrayBuffer());
    // moto writes these dates as texts, which the SDK refuses.
    const isSource = String(request.headers['x-amz-target']).startsWith('CodeCommit');
    const dates = /"(creationDate|lastModifiedDate)": "[^"]*"/g;
    response.end(isSource ? answer.toString().replaceAll(dates, '"$1": 0') : answer);
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
