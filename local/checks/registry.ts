import type { ImageTag } from './base-images.ts';

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const CHALLENGE = /(realm|service|scope)="([^"]*)"/g;

/**
 * The digest that a tag has in its registry, for all processors: an image for one of them is an error. Follows the OCI
 * Distribution Specification ("Pulling manifests": Docker-Content-Digest) and Docker's "Token Authentication
 * Specification" for anonymous pulls.
 */
export async function resolveDigest(
  { host, name, tag }: ImageTag,
  scheme = 'https',
): Promise<string> {
  const registry = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const url = `${scheme}://${registry}/v2/${name}/manifests/${tag}`;
  let response = await head(url);
  if (response.status === 401)
    response = await head(url, await pullToken(response.headers.get('www-authenticate') ?? ''));
  if (!response.ok)
    throw new Error(`${host}/${name}:${tag}: the registry answers ${response.status}`);
  const digest = response.headers.get('docker-content-digest') ?? '';
  const type = response.headers.get('content-type') ?? '';
  if (!INDEX_TYPES.includes(type) || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new Error(
      `${host}/${name}:${tag} is no image for several processors (${type}, ${digest})`,
    );
  return digest;
}

function head(url: string, token?: string): Promise<Response> {
  const headers = {
    accept: INDEX_TYPES.join(', '),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return fetch(url, { method: 'HEAD', headers, signal: AbortSignal.timeout(30_000) });
}

async function pullToken(challenge: string): Promise<string> {
  const { realm = '', ...query } = Object.fromEntries(
    [...challenge.matchAll(CHALLENGE)].map(([, key, value]) => [key, value]),
  );
  const response = await fetch(`${realm}?${new URLSearchParams(query)}`, {
    signal: AbortSignal.timeout(30_000),
  });
  const { token, access_token } = (await response.json()) as Record<string, string>;
  if (!response.ok || !(token ?? access_token))
    throw new Error(`${realm} gives no token: ${response.status}`);
  return token ?? access_token ?? '';
}
