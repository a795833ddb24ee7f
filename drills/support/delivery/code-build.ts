// Builds a service as CodeBuild does: a fresh copy, the variables of the project, and the phases of buildspec.yml in
// bash. Fakes of aws, docker and npm are on the PATH.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../../..');
export const COMMIT = '0123456789abcdef0123456789abcdef01234567';
export const SERVICES = ['database', 'backend', 'frontend'] as const;
export type Service = (typeof SERVICES)[number];

/** Bodies of shell scripts in directory of programs, by name. */
type Programs = Readonly<Record<string, string>>;

export interface Build {
  readonly status: number;
  readonly output: string;
  /** Calls of the fakes, one per line. */
  readonly calls: string;
  readonly artifact: (name: string) => string | undefined;
}

const NOT_FOUND = 'echo "An error occurred (ImageNotFoundException)" >&2; exit 254';
/** A registry without this image, whose scan finds nothing. */
export const AWS = (findings = '', described = NOT_FOUND): string => `
case "$*" in
  *describe-images*) ${described} ;;
  *get-login-password*) echo password ;;
  *imageScanStatus*) echo COMPLETE ;;
  *imageScanFindings*) printf '${findings}' ;;
esac`;

/** kubectl is real; npm and docker only record their calls. */
const FAKES: Programs = {
  aws: AWS(),
  docker: '[[ $1 != login ]] || cat > /dev/null',
  npm: 'true',
  sleep: 'true',
};

/** Builds for real from the drills' base images; a push only checks that the image exists. */
export const REAL_DOCKER = `
case $1 in
  login) cat > /dev/null ;;
  build)
    shift
    args=("\${@//public.ecr.aws\\/docker\\/library/docker.io/library}")
    args=("\${args[@]//public.ecr.aws\\/nginx/docker.io/nginxinc}")
    exec buildah bud --quiet --isolation chroot --format docker --layers "\${args[@]}" ;;
  push) podman image exists "$2" ;;
esac`;

/** The project's variables, as infrastructure_cdk sets them. */
function variablesOf(service: Service, environment: string): Record<string, string> {
  return {
    SERVICE: service,
    REPOSITORY_NAME: `carthub-${service}`,
    REPOSITORY_URI: `000000000000.dkr.ecr.us-west-2.amazonaws.com/carthub-${service}`,
    KUBERNETES_VERSION: '1.36',
    NAMESPACE: 'shopping-cart',
    ENVIRONMENT: environment,
    AWS_REGION: 'us-west-2',
    BACKUP_PLACE: `s3://carthub-${environment}-backups-ACCOUNT/carthub`,
    OIDC_ISSUER: 'https://login.example.com',
    OIDC_AUDIENCE: 'carthub',
    WEB_ACL_ARN: 'arn:aws:wafv2:us-west-2:000000000000:regional/webacl/carthub/1',
    HOST_NAME: environment === 'production' ? 'shop.example.com' : 'shop.dev.example.com',
    MONITORING: 'on',
    CODEBUILD_RESOLVED_SOURCE_VERSION: COMMIT,
  };
}

export interface BuildOptions {
  readonly environment?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly programs?: Programs;
  /** Changes the copy before the build. */
  readonly change?: (folder: string) => void;
}

/** @returns the result; `status` is that of the command that ended the build */
export function build(service: Service, options: BuildOptions = {}): Build {
  const { environment = 'production', variables = {}, programs = {}, change } = options;
  const directory = mkdtempSync(join(tmpdir(), 'carthub-build-'));
  try {
    const folder = join(directory, 'source');
    copyService(service, folder);
    change?.(folder);
    const calls = join(directory, 'calls');
    writeFileSync(calls, '');
    const bin = writePrograms(directory, calls, { ...FAKES, ...programs });
    const { status, stdout, stderr } = spawnSync('bash', ['-ec', commandsOf(folder).join('\n')], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 500_000,
      env: {
        HOME: directory,
        PATH: `${bin}:${join(ROOT, '.carthub/bin')}:${process.env.PATH}`,
        ...variablesOf(service, environment),
        ...variables,
      },
    });
    const artifacts = new Map(
      artifactsOf(folder)
        .filter((name) => existsSync(join(folder, name)))
        .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
    return {
      status: status ?? -1,
      output: `${stdout}${stderr}`,
      calls: readFileSync(calls, 'utf8'),
      artifact: (name) => artifacts.get(name),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The committed files, as the service's own repository would hold them. */
function copyService(service: Service, folder: string): void {
  mkdirSync(folder);
  const archive = execFileSync('git', ['archive', `HEAD:microservices/${service}`], {
    cwd: ROOT,
    maxBuffer: 100_000_000,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
}

function writePrograms(directory: string, calls: string, programs: Programs): string {
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/bash\necho "${name} $*" >> "${calls}"\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

const readSpec = (folder: string) => parse(readFileSync(join(folder, 'buildspec.yml'), 'utf8'));

/** Without the download of kubectl: the drills have the same version. */
function commandsOf(folder: string): string[] {
  const { phases, env } = readSpec(folder);
  const exported = Object.entries(env.variables).map(([name, value]) => `export ${name}=${value}`);
  const commands = Object.values<{ commands: string[] }>(phases).flatMap(
    ({ commands }) => commands,
  );
  return [...exported, ...commands.filter((command) => command !== 'bash delivery/kubectl.sh')];
}

const artifactsOf = (folder: string): string[] => readSpec(folder).artifacts.files;
