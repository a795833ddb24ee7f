import { Agent, type RequestOptions, request } from 'node:https';
import type { ApiServer } from '../support/api-server.ts';

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/** Requests without kubectl, for watches and frequent reads. */
export class ApiClient implements Disposable {
  readonly #server: ApiServer;
  readonly #agent = new Agent({ keepAlive: true, rejectUnauthorized: false });

  constructor(server: ApiServer) {
    this.#server = server;
  }

  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.#send('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`);
    return JSON.parse(body);
  }

  /** A strategic merge patch. @returns false if the object is gone */
  async patch(path: string, change: object): Promise<boolean> {
    const type = 'application/strategic-merge-patch+json';
    const { status, body } = await this.#send('PATCH', path, type, JSON.stringify(change));
    if (status === 404) return false;
    if (status !== 200) throw new Error(`PATCH ${path}: ${status} ${body}`);
    return true;
  }

  /** Calls back for each present object and then for each change, until it is disposed or broken. */
  watch<T>(
    path: string,
    onEvent: (event: WatchEvent<T>) => void,
    onBroken: () => void,
  ): Disposable {
    let isDisposed = false;
    const end = () => {
      if (!isDisposed) onBroken();
    };
    const call = request(`${this.#server.url}${path}&watch=true`, this.#options('GET'));
    call.on('error', end);
    call.on('response', (response) => {
      response.on('error', end).on('end', end);
      let partial = '';
      response.setEncoding('utf8').on('data', (data) => {
        const lines = `${partial}${data}`.split('\n');
        partial = lines.pop() ?? '';
        for (const line of lines) onEvent(JSON.parse(line));
      });
    });
    call.end();
    return {
      [Symbol.dispose]: () => {
        isDisposed = true;
        call.destroy();
      },
    };
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #options(method: string): RequestOptions {
    const headers = { authorization: `Bearer ${this.#server.token}` };
    return { method, agent: this.#agent, headers };
  }

  #send(
    method: string,
    path: string,
    type = 'application/json',
    sent = '',
  ): Promise<{ readonly status: number; readonly body: string }> {
    const { headers, ...options } = this.#options(method);
    const call = request(`${this.#server.url}${path}`, {
      ...options,
      headers: { ...headers, 'content-type': type },
    });
    return new Promise((resolve, reject) => {
      call.once('error', reject);
      call.once('response', (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (data) => (body += data));
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      call.end(sent);
    });
  }
}
