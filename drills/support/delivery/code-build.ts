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
export const DIGEST = `sha256:${'d'.repeat(64)}`;
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
/** As ECR describes the image. */
export const FOUND = `echo '{ "imageDetails": [{ "imageDigest": "${DIGEST}" }] }'`;
const MEMBERS = ['a', 'b'].map((digit) => ({ digest: `sha256:${digit.repeat(64)}` }));
const LIST = JSON.stringify({
  images: [{ imageManifest: JSON.stringify({ schemaVersion: 2, manifests: MEMBERS }) }],
});
/**
 * A registry without this image until it is pushed, whose basic scan lists `findings` (JSON). All states and shapes of a scan:
 * local/test/delivery/scan.test.ts.
 */
export const AWS = (findings = '', described = NOT_FOUND, scan = 'COMPLETE'): string => `
case "$*" in
  *describe-images*) if grep -q 'docker buildx build' "$CALLS"; then ${FOUND}; else ${described}; fi ;;
  *batch-get-image*) echo '${LIST}' ;;
  *get-login-password*) echo password ;;
  *describe-image-scan-findings*) echo '{
    "imageScanStatus": { "status": "${scan}" },
    "imageScanFindings": { "findings": [${findings}], "imageScanCompletedAt": "2025-06-09T07:08:40.144000+00:00" }
  }' ;;
esac`;

/** An npm that audits packages without advisories, and fails for one command. */
export const NPM = (failing = ''): string => `
[[ "$*" != "${failing}" ]] || exit 1
[[ "$*" != "audit --omit=dev --json" ]] || echo '{ "auditReportVersion": 2, "vulnerabilities": {} }'`;

/** kubectl is real; npm and docker only record their calls. */
const FAKES: Programs = {
  aws: AWS(),
  docker: `case "$1 $2" in login*) cat > /dev/null ;; 'buildx inspect') exit 1 ;; esac`,
  npm: NPM(),
};

/**
 * Builds for real from the drills' base images, which have no digest and are for this machine's processor only; a push
 * is only a name.
 */
export const REAL_DOCKER = `
case "$1 $2" in
  login*) cat > /dev/null ;;
  'buildx build')
    shift 2
    args=()
    while (($# > 0)); do
      case $1 in
        --builder | --platform) shift ;;
        --provenance=* | --push) ;;
        *) args+=("$1") ;;
      esac
      shift
    done
    args=("\${args[@]//public.ecr.aws\\/docker\\/library/docker.io/library}")
    args=("\${args[@]%@sha256:*}")
    exec buildah bud --quiet --isolation chroot --format docker --layers "\${args[@]}" ;;
esac`;

/** As in the overlays. */
const HOSTS: Readonly<Record<string, string>> = {
  development: 'shop.dev.example.com',
  staging: 'shop.staging.example.com',
  production: 'shop.example.com',
};

/** Of Stripe's account, as in the overlays. */
const PUBLISHABLE_KEYS: Readonly<Record<string, string>> = { production: 'pk_live_REPLACE' };

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
    HOST_NAME: HOSTS[environment] ?? '',
    STRIPE_PUBLISHABLE_KEY: PUBLISHABLE_KEYS[environment] ?? '',
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
        CALLS: calls,
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
