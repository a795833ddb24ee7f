import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fromRoot } from '../../src/targets.ts';

export interface KubectlResult {
  readonly exitCode: number | null;
  readonly out: string;
  /** Errors and the server's warnings. */
  readonly err: string;
}

/** The warning about dots in the name of a Job that is named after a version; commits have no dots. */
const DOTS_WARNING = /^Warning: metadata\.name: this is used in Pod names .* dots\]\n/gm;

/** The real kubectl with a token. */
export class Kubectl {
  readonly #server: string;
  readonly #token: string;
  readonly #directory: string;

  constructor(server: string, token: string, directory: string) {
    this.#server = server;
    this.#token = token;
    this.#directory = directory;
  }

  as(token: string): Kubectl {
    return new Kubectl(this.#server, token, this.#directory);
  }

  run(args: readonly string[], input = ''): Promise<KubectlResult> {
    const child = spawn(
      fromRoot('.carthub/bin/kubectl'),
      [
        `--server=${this.#server}`,
        `--token=${this.#token}`,
        '--insecure-skip-tls-verify',
        `--cache-dir=${join(this.#directory, 'cache')}`,
        ...args,
      ],
      { env: { PATH: process.env.PATH, KUBECONFIG: '/dev/null', HOME: this.#directory } },
    );
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    child.stdin.end(input);
    return new Promise((resolve, reject) => {
      child.once('error', reject).once('close', (exitCode) => resolve({ exitCode, out, err }));
    });
  }

  /** @returns the output; throws if kubectl fails or the server warns */
  async must(args: readonly string[], input = ''): Promise<string> {
    const { exitCode, out, err } = await this.run(args, input);
    if (exitCode !== 0 || err.replace(DOTS_WARNING, '') !== '')
      throw new Error(`kubectl ${args.join(' ')}: ${err}${out}`);
    return out.trim();
  }
}
