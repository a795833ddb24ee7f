import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fromRoot } from '../../src/targets.ts';

export interface Answer {
  readonly exitCode: number | null;
  readonly out: string;
  /** Errors, and the warnings that the server adds to an answer. */
  readonly err: string;
}

/** Of a Job that is named after a version; those that are named after a commit have no dots. */
const DOTS = /^Warning: metadata\.name: this is used in Pod names .* dots\]\n/gm;

/** The real kubectl, as somebody who has a token. */
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

  run(args: readonly string[], input = ''): Promise<Answer> {
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

  /** @returns what it prints; fails if it does, or if the server warns of anything */
  async must(args: readonly string[], input = ''): Promise<string> {
    const { exitCode, out, err } = await this.run(args, input);
    if (exitCode !== 0 || err.replace(DOTS, '') !== '')
      throw new Error(`kubectl ${args.join(' ')}: ${err}${out}`);
    return out.trim();
  }
}
