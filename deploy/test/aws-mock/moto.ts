/** An AWS API that refused a call. */
export class Refusal extends Error {}

/** What werkzeug and Flask answer where moto has no route or its code fails; AWS answers so nowhere. */
const FAILED = /^\s*<!doctype html/i;

/**
 * Calls moto directly, past the proxy. Nothing is patched here: aws.ts and handlers/ refuse what AWS refuses and moto
 * allows, each with its source. moto is kinder than AWS in these ways, which no test here may rely on:
 *
 * - It finds the service in the signature's scope and checks neither signature nor permission ("it defaults to infinity,
 *   thus moto will never perform any authentication at all", moto documentation, "IAM-like Access Control"). Denials are
 *   injected (`Injection` in aws.ts).
 * - Resources are complete at once ("State Transitions"). Stacks and pipelines, which the script waits for, are imitated
 *   with their states instead.
 * - It has no quotas, and ignores parameters that it does not know.
 */
export class Moto {
  readonly #url: string;
  readonly region: string;

  constructor(url: string, region: string) {
    this.#url = url;
    this.region = region;
  }

  /** @throws Error if moto does not have the operation, or fails: that is no answer of AWS's */
  async send(service: string, path: string, init: RequestInit = {}): Promise<Response> {
    const scope = `mock/20260101/${this.region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    const response = await fetch(`${this.#url}${path}`, {
      ...init,
      headers: { ...init.headers, authorization },
    });
    if (response.status >= 500 || (!response.ok && FAILED.test(await response.clone().text())))
      throw new Error(`moto cannot do ${init.method ?? 'GET'} ${path} of ${service}`);
    return response;
  }

  /** The same. @throws Refusal with the service's code and message */
  async must(service: string, path: string, init: RequestInit = {}): Promise<Response> {
    const response = await this.send(service, path, init);
    if (response.ok) return response;
    const code = response.headers.get('x-amzn-errortype') ?? '';
    throw new Refusal(`${code} ${await response.text()}`.trim());
  }

  /** @throws Refusal with the service's message */
  async json(service: string, target: string, body: object): Promise<Record<string, unknown>> {
    const response = await this.send(service, '/', {
      method: 'POST',
      headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Refusal(`${target}: ${text}`);
    return text ? JSON.parse(text) : {};
  }

  /** @returns XML; @throws Refusal with the service's message */
  async query(service: string, version: string, form: Record<string, string>): Promise<string> {
    const response = await this.send(service, '/', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Version: version, ...form }).toString(),
    });
    const text = await response.text();
    if (!response.ok) throw new Refusal(textOf(text, 'Message') ?? text);
    return text;
  }
}

/** The text of the first element of this name. */
export function textOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
}
