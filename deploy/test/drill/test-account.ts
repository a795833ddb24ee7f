import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Call, MockAws } from '../aws-mock/aws.ts';
import { installKubectl } from '../aws-mock/kubectl.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const VENV = join(ROOT, '.carthub/deploy-venv/bin');
const REGION = 'us-west-2';
/** Where the script writes the cloud assembly that it synthesizes. */
export const SYNTHESIZED = join(ROOT, `.carthub/assembly/development-${REGION}`);
/** The drill's copy of it. */
export const ASSEMBLY = join(ROOT, '.carthub/drill-assembly/development');
const SERVICES = ['database', 'backend', 'frontend'];

/** How a run differs from the default. */
export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Folder of a cloud assembly. Undefined: the script synthesizes one. */
  readonly assembly?: string | undefined;
  /** Sends a signal once the output matches. SIGKILL goes to the whole process group. */
  readonly end?: { readonly at: RegExp; readonly by: 'SIGKILL' | 'SIGINT' };
  /** Runs at a terminal and types this at the question. `out` and `err` are then the same. */
  readonly types?: string;
}

export interface RunResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly calls: readonly Call[];
}

/** An AWS account in moto, bare git repositories and a fake kubectl, for runs of the deploy script. */
export class TestAccount implements AsyncDisposable {
  readonly aws: MockAws;
  readonly folder: string;
  readonly #moto: ChildProcess;
  readonly #assembly: string;

  private constructor(aws: MockAws, folder: string, moto: ChildProcess, assembly: string) {
    this.aws = aws;
    this.folder = folder;
    this.#moto = moto;
    this.#assembly = assembly;
  }

  static async start(assembly: string): Promise<TestAccount> {
    const folder = mkdtempSync(join(tmpdir(), 'carthub-deploy-'));
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'home'));
    for (const service of SERVICES)
      execFileSync('git', ['init', '-q', '--bare', join(folder, 'repos', `carthub-${service}`)]);
    const port = 20_000 + Math.floor(Math.random() * 9_000);
    const moto = spawn(join(VENV, 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {
      stdio: 'ignore',
    });
    const url = `http://127.0.0.1:${port}`;
    await waitForMoto(url);
    const aws = await MockAws.start(url, REGION, join(folder, 'repos'));
    installKubectl(join(folder, 'bin'));
    writeFileSync(join(folder, 'hosts.mjs'), HOSTS);
    return new TestAccount(aws, folder, moto, assembly);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.aws[Symbol.asyncDispose]();
    this.#moto.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  addProfile(name: string): void {
    mkdirSync(join(this.folder, 'home/.aws'), { recursive: true });
    const keys = 'aws_access_key_id = mock\naws_secret_access_key = mock\n';
    writeFileSync(join(this.folder, 'home/.aws/credentials'), `[${name}]\n${keys}`);
  }

  /** @returns a folder of empty repositories that stand in for GitHub */
  addGithub(): string {
    const folder = join(this.folder, 'github');
    for (const service of SERVICES)
      execFileSync('git', ['init', '-q', '--bare', join(folder, `carthub-${service}`)]);
    return folder;
  }

  /** Pushes as the script's message says. @returns the commit */
  pushToGithub(service: string): string {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();
    const commit = git('subtree', 'split', '-q', '-P', `microservices/${service}`);
    git(
      'push',
      '-q',
      join(this.folder, 'github', `carthub-${service}`),
      `${commit}:refs/heads/main`,
    );
    return commit;
  }

  /** Lets a repository reject pushes, until called with false. */
  rejectPushes(service: string, isRejecting: boolean): void {
    const hook = join(this.#repository(service), 'hooks/pre-receive');
    if (isRejecting) writeFileSync(hook, '#!/bin/sh\necho rejected >&2\nexit 1\n', { mode: 0o755 });
    else rmSync(hook);
  }

  /** Commits something else to `main`, as a merge by somebody would. */
  mergeElsewhere(service: string): void {
    const [main] = this.history(service);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], {
        cwd: ROOT,
        encoding: 'utf8',
      }).trim();
    const commit = git('commit-tree', 'HEAD:deploy', '-p', main ?? '', '-m', 'elsewhere');
    git('push', '-q', this.#repository(service), `${commit}:refs/heads/main`);
  }

  /** The commits of main, newest first. */
  history(service: string): readonly string[] {
    const args = ['-C', this.#repository(service), 'rev-list', 'main'];
    return execFileSync('git', args, { encoding: 'utf8' }).trim().split('\n');
  }

  #repository(service: string): string {
    return join(this.folder, 'repos', `carthub-${service}`);
  }

  /** Lets the fake kubectl fail once, when its arguments contain `part`. */
  failKubectl(part: string): void {
    writeFileSync(join(this.folder, 'kubectl-fails'), part);
  }

  kubectlCalls(): readonly string[] {
    const file = join(this.folder, 'kubectl.log');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  #env(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const { port } = this.aws;
    return {
      PATH: `${join(this.folder, 'bin')}:${process.env.PATH}:${VENV}`,
      HOME: join(this.folder, 'home'),
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'mock',
      AWS_SECRET_ACCESS_KEY: 'mock',
      AWS_EC2_METADATA_DISABLED: 'true',
      CARTHUB_POLL_MS: '200',
      CARTHUB_HEALTH_TIMEOUT_MS: '1000',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.${join(this.folder, 'repos')}/.insteadOf`,
      GIT_CONFIG_VALUE_0: `https://git-codecommit.${REGION}.amazonaws.com/v1/repos/`,
      NODE_OPTIONS: `--import=${join(this.folder, 'hosts.mjs')}`,
      FAKE_FOLDER: this.folder,
      FAKE_ADDRESS: `127.0.0.1:${port}`,
      ...more,
    };
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { env = {}, end, types } = options;
    const assembly = 'assembly' in options ? options.assembly : this.#assembly;
    const before = this.aws.calls.length;
    const script = join(ROOT, 'deploy-microservices-cicd.sh');
    const region = args.includes('--region') ? [] : ['--region', REGION];
    const assemblyArgs = assembly ? ['--assembly', assembly] : [];
    const terminal = types === undefined ? [] : [join(VENV, 'python'), '-c', TERMINAL];
    const [program = '', ...rest] = [...terminal, script, ...args, ...region, ...assemblyArgs];
    const child = spawn(program, rest, { env: this.#env(env), detached: true });
    if (types === undefined) child.stdin.end();
    let out = '';
    let err = '';
    let isDone = false;
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk;
      if (isDone) return;
      if (end?.at.test(out) && child.pid) {
        isDone = true;
        signal(end.by === 'SIGKILL' ? -child.pid : child.pid, end.by);
      } else if (types !== undefined && /Type "\w+": /.test(out)) {
        isDone = true;
        child.stdin.write(types);
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk;
    });
    const code = await new Promise<number | null>((done) => child.on('close', done));
    const calls = this.aws.calls.slice(before);
    if (types === undefined) return { code, out, err, calls };
    const screen = out.replaceAll('\r', '');
    return { code, out: screen, err: screen, calls };
  }
}

/** @param pid negative for the whole process group, which includes the CDK */
function signal(pid: number, by: NodeJS.Signals): void {
  try {
    process.kill(pid, by);
  } catch {
    // It has already ended.
  }
}

async function waitForMoto(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (
      await fetch(`${url}/moto-api/`).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('moto does not start. Run deploy/test/drill/install.sh first.');
}

/** Synthesizes an environment once, for --assembly. */
export function synthesize(environment: string, ...more: readonly string[]): string {
  const directory = join(ROOT, '.carthub/drill-assembly', environment);
  const folder = join(ROOT, 'infrastructure_cdk');
  const inputs = [
    `environment=${environment}`,
    `region=${REGION}`,
    'account=123456789012',
    ...more,
  ];
  const args = ['synth', '--quiet', '--output', directory, ...inputs.flatMap((i) => ['-c', i])];
  rmSync(directory, { recursive: true, force: true });
  execFileSync(process.execPath, [join(folder, 'node_modules/aws-cdk/bin/cdk'), ...args], {
    cwd: folder,
    stdio: 'pipe',
  });
  return directory;
}

/** Calls that change something in AWS, uploads of assets included. */
export function writes(calls: readonly Call[]): readonly string[] {
  const reading = /^(Describe|List|Get|Head|BatchGet|GET |HEAD )/;
  return calls
    .filter(({ action }) => !reading.test(action) && action !== 'AssumeRole')
    .map(({ service, action }) => `${service}:${action}`);
}

/** Runs its arguments at a pseudo-terminal, which Node cannot create. */
const TERMINAL =
  'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

/** Stands in for DNS and the certificate of production's host. */
const HOSTS = `const { fetch } = globalThis;
globalThis.fetch = (url, init) =>
  fetch(String(url).replace('https://shop.example.com', 'http://' + process.env.FAKE_ADDRESS), init);
`;
