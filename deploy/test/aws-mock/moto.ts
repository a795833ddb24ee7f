/** An AWS API that refused a call. */
export class Refusal extends Error {}

/** Calls moto directly, past the proxy. It finds the service in the signature's scope and checks no signature. */
export class Moto {
  readonly #url: string;
  readonly region: string;

  constructor(url: string, region: string) {
    this.#url = url;
    this.region = region;
  }

  async send(service: string, path: string, init: RequestInit = {}): Promise<Response> {
    const scope = `mock/20260101/${this.region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    return await fetch(`${this.#url}${path}`, {
      ...init,
      headers: { ...init.headers, authorization },
    });
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
