// The build stage of each pipeline: every gate stops it, and its manifests equal the platform's overlays.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { podman } from '../../support/containers/containers.ts';
import { BUILD_TIMEOUT_MS } from '../../support/containers/images.ts';
import {
  AWS,
  build,
  COMMIT,
  DIGEST,
  FOUND,
  NPM,
  REAL_DOCKER,
  SERVICES,
  type Service,
} from '../../support/delivery/code-build.ts';

const ROOT = join(import.meta.dirname, '../../..');
const IMAGES = '000000000000.dkr.ecr.us-west-2.amazonaws.com';
const CRITICAL_FINDING =
  '{ "name": "CVE-2026-1", "severity": "CRITICAL", "uri": "https://cve.example/1" }';

describe.each(SERVICES)('the build of the %s', (service) => {
  it('passes its gates in order, pushes the image of the commit and leaves its artifacts', () => {
    const { status, calls, artifact, output } = build(service);
    expect(output).toContain('nothing that stops it');
    expect(status).toBe(0);
    expect(artifact('image-tag')).toBe(`${COMMIT}\n`);
    expect(artifact('image-digest')).toBe(`${DIGEST}\n`);
    expect(artifact('manifests.yaml')).toContain(`carthub-${service}:${COMMIT}@${DIGEST}`);
    expect(artifact('delivery/deploy.sh')).toContain('kubectl apply');
    expect(artifact('delivery/kubectl.sh')).toContain('kubectl');
    const asked = calls.split('\n').map((call) => call.split(' ').slice(0, 3).join(' '));
    expect(asked.filter((call) => !call.startsWith('aws ecr describe-image-scan'))).toEqual([
      'npm ci --no-audit',
      'npm audit --omit=dev',
      'npm audit signatures',
      'npm run verify',
      ...(service === 'frontend' ? [] : ['npm run performance']),
      'aws ecr describe-images',
      'aws ecr get-login-password',
      'docker login --username',
      ...(service === 'database' ? ['docker pull --quiet', 'docker run --privileged'] : []),
      'docker buildx inspect',
      'docker pull --quiet',
      'docker buildx create',
      'docker buildx build',
      'aws ecr describe-images',
      'aws ecr batch-get-image',
      '',
    ]);
    expect(calls).toContain('--platform linux/amd64,linux/arm64');
    expect(calls).toContain(`--tag ${IMAGES}/carthub-${service}:${COMMIT} --push`);
    expect(calls).toContain(`REVISION=${COMMIT}`);
    expect(calls).toContain('NODE_IMAGE=public.ecr.aws/');
  });

  it.each([
    'ci --no-audit --no-fund',
    'audit --omit=dev --json',
    'audit signatures',
    'run verify',
    ...(service === 'frontend' ? [] : ['run performance']),
  ])('fails when npm %s fails, and pushes nothing', (command) => {
    const { status, calls, artifact } = build(service, { programs: { npm: NPM(command) } });
    expect(status).not.toBe(0);
    expect(calls).not.toContain('docker');
    expect(artifact('manifests.yaml')).toBeUndefined();
  });

  it.each(['', 'main', 'c0ffee'])('builds nothing of the commit "%s"', (commit) => {
    const variables = { CODEBUILD_RESOLVED_SOURCE_VERSION: commit };
    const { status, output, calls } = build(service, { variables });
    expect(status).not.toBe(0);
    expect(output).toContain('nothing is built');
    expect(calls).toBe('');
  });
});

describe.each(SERVICES)('the image of the %s', (service) => {
  it('is reused if it exists, but its scan is still checked', () => {
    const aws = AWS('', FOUND);
    const { status, calls, artifact } = build(service, { programs: { aws } });
    expect(status).toBe(0);
    expect(artifact('manifests.yaml')).toContain(`@${DIGEST}`);
    expect(calls).not.toContain('docker buildx');
    expect(calls).toContain('describe-image-scan-findings');
  });

  it('is not deployed without its digest', () => {
    const aws = AWS('', 'echo {}');
    const { status, output, artifact } = build(service, { programs: { aws } });
    expect(status).not.toBe(0);
    expect(output).toContain('did not name the digest');
    expect(artifact('manifests.yaml')).toBeUndefined();
  });

  it('is not built if the registry cannot be queried', () => {
    const aws = AWS('', 'echo "AccessDeniedException" >&2; exit 254');
    const { status, output, calls } = build(service, { programs: { aws } });
    expect(status).not.toBe(0);
    expect(output).toContain('AccessDeniedException');
    expect(calls).not.toContain('docker');
  });

  it.each([
    ['of an image that nobody scanned', 'PENDING', 'has not scanned'],
    ['of an image that cannot be scanned', 'UNSUPPORTED_IMAGE', 'could not scan'],
  ])('is not deployed without a result %s', (_, state, message) => {
    const aws = AWS('', undefined, state);
    const variables = { SCAN_TIMEOUT_SECONDS: '2', SCAN_INTERVAL_SECONDS: '0.1' };
    const { status, output } = build(service, { programs: { aws }, variables });
    expect(status).not.toBe(0);
    expect(output).toContain(message);
  });

  it('is not deployed with a finding, unless an exception allows it until a later date', () => {
    const aws = AWS(CRITICAL_FINDING);
    const allow = (line: string) => (folder: string) =>
      writeFileSync(join(folder, 'delivery/allowed-findings.txt'), `${line}\n`);
    const refused = build(service, { programs: { aws } });
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain('CVE-2026-1 (CRITICAL)');
    const allowed = { programs: { aws }, change: allow('CVE-2026-1 2999-12-31 not reachable') };
    expect(build(service, allowed)).toMatchObject({ status: 0 });
    const late = { programs: { aws }, change: allow('CVE-2026-1 2020-12-31 not reachable') };
    expect(build(service, late).output).toContain('exception expired after 2020-12-31');
    const other = { programs: { aws }, change: allow('CVE-2026-11 2999-12-31 not reachable') };
    expect(build(service, other).status).not.toBe(0);
  });
});

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; annotations?: Record<string, string> };
  readonly data?: Record<string, string>;
}

function manifestsIn(text: string): Map<string, Manifest> {
  const manifests = parseAllDocuments(text).map((each) => each.toJS() as Manifest);
  // Ignores content hashes in names: they depend on the settings.
  return new Map(
    manifests.map((each) => {
      const plain = JSON.parse(
        JSON.stringify(each).replace(/backend-config-[a-z0-9]{10}/g, 'backend-config'),
      );
      return [`${plain.kind} ${plain.metadata.name}`, plain];
    }),
  );
}

const WAF = 'alb.ingress.kubernetes.io/wafv2-acl-arn';

describe.each(['development', 'staging', 'production'])(
  'what the builds render for %s',
  (environment) => {
    const overlay = manifestsIn(
      readFileSync(join(ROOT, `platform/rendered/${environment}.yaml`), 'utf8'),
    );
    const built = new Map(
      SERVICES.flatMap((service) => {
        const { artifact, output } = build(service, { environment });
        const text = artifact('manifests.yaml');
        if (text === undefined) throw new Error(output);
        // The overlays use other image names and tags.
        return [
          ...manifestsIn(
            text
              .replaceAll(
                `${IMAGES}/carthub-${service}:${COMMIT}@${DIGEST}`,
                `carthub/${service}:2.0.0`,
              )
              .replaceAll(`database-migrate-${COMMIT}`, 'database-migrate-2.0.0'),
          ),
        ];
      }),
    );

    it('equals the overlay, except for what the cluster adds', () => {
      const onlyThere = [...overlay.keys()].filter((key) => !built.has(key));
      // The cluster's setup creates the namespace; the scaling schedule belongs to no service.
      expect(onlyThere.filter((key) => !/ (scaler|scale-for-|scaler-)/.test(key))).toEqual([
        'Namespace shopping-cart',
      ]);
      expect([...built.keys()].filter((key) => !overlay.has(key))).toEqual([]);
    });

    it('differs only in the firewall and the OIDC settings', () => {
      for (const [key, manifest] of built) {
        const theirs = structuredClone(overlay.get(key)) as Manifest & {
          data?: Record<string, string>;
        };
        if (key === 'Ingress carthub-ingress')
          theirs.metadata.annotations = {
            ...theirs.metadata.annotations,
            [WAF]: expect.any(String),
          };
        if (key === 'ConfigMap backend-config')
          Object.assign(theirs.data ?? {}, {
            OIDC_ISSUER: 'https://login.example.com',
            OIDC_AUDIENCE: 'carthub',
          });
        if (key === 'ConfigMap database-config')
          Object.assign(theirs.data ?? {}, { ENVIRONMENT: environment });
        expect(manifest, key).toEqual(theirs);
      }
    });
  },
);

describe('without a host name', () => {
  const without = (service: Service, environment: string) =>
    build(service, { environment, variables: { HOST_NAME: '', MONITORING: '' } });

  it.each(['backend', 'frontend'] as const)('refuses to build the %s for production', (service) => {
    const { status, output, calls } = without(service, 'production');
    expect(status).not.toBe(0);
    expect(output).toContain('Production needs HOST_NAME');
    expect(calls).not.toContain('docker');
  });

  it('builds development for plain HTTP, with a warning', () => {
    const backend = without('backend', 'development');
    expect(backend.output).toContain('WARNING');
    expect(backend.artifact('manifests.yaml')).toContain('COOKIE_SECURE: "off"');
    const { artifact, output } = without('frontend', 'development');
    expect(output).toContain('WARNING');
    const ingress = manifestsIn(artifact('manifests.yaml') ?? '').get('Ingress carthub-ingress');
    expect(JSON.stringify(ingress)).not.toMatch(/host|tls|HTTPS|ssl/);
  });

  it('renders a ServiceMonitor only with monitoring', () => {
    expect(without('backend', 'development').artifact('manifests.yaml')).not.toContain(
      'ServiceMonitor',
    );
    expect(build('backend').artifact('manifests.yaml')).toContain('ServiceMonitor');
  });
});

it(
  'builds a real image from the copy, labeled with its commit',
  async () => {
    execFileSync('bash', [join(ROOT, 'drills/images/debian.sh')], { stdio: 'ignore' });
    const { status, output } = build('database', { programs: { docker: REAL_DOCKER } });
    expect(output).toContain('nothing that stops it');
    expect(status).toBe(0);
    const image = `${IMAGES}/carthub-database:${COMMIT}`;
    const [{ Labels: found }] = JSON.parse(await podman('image', 'inspect', image));
    await podman('image', 'rm', image);
    expect(found['org.opencontainers.image.revision']).toBe(COMMIT);
    expect(found['org.opencontainers.image.version']).toBe('1.0.0');
  },
  BUILD_TIMEOUT_MS,
);
