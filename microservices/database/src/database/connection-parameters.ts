// How to reach PostgreSQL: host, login, session options and TLS, from a URL, mounted files or variables.
// The database service owns this file; the backend keeps a copy.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';

export const PARTS = ['host', 'port', 'database', 'username', 'password'] as const;
export type Part = (typeof PARTS)[number];
export type Parts = Readonly<Partial<Record<Part, string>>>;

/** Parts without which nothing can connect, unless a URL is given. */
export const REQUIRED_PARTS = ['host', 'database', 'username'] as const;

export interface ParameterSource {
  readonly url: URL | undefined;
  /** From files and variables; ignored if there is a URL. */
  readonly parts: Parts;
  /** @default verify-full, unless the server is on this machine or the URL has `sslmode=disable` */
  readonly tlsMode: 'verify-full' | 'off' | undefined;
  /** CA certificates in PEM form. @default the URL's `sslrootcert` */
  readonly caFile: string | undefined;
}

export interface ConnectionParameters {
  /** The host has no brackets; empty or missing, it is this machine. */
  readonly parts: Parts;
  /** Session settings, such as `-c role=carthub_app`. */
  readonly options: string | undefined;
  readonly isEncrypted: boolean;
  /** The file of CA certificates to trust; undefined if none is named or TLS is off. */
  readonly caFile: string | undefined;
}

export function toConnectionParameters(source: ParameterSource): ConnectionParameters {
  const { url } = source;
  const parts = url ? partsFromUrl(url) : source.parts;
  const isEncrypted = wantsTls(source, parts.host ?? '');
  const caFile = source.caFile ?? url?.searchParams.get('sslrootcert') ?? undefined;
  return {
    parts:
      parts.host === undefined ? parts : { ...parts, host: parts.host.replace(/^\[(.*)\]$/, '$1') },
    options: url?.searchParams.get('options') ?? undefined,
    isEncrypted,
    caFile: isEncrypted ? caFile || undefined : undefined,
  };
}

function partsFromUrl(url: URL): Parts {
  return {
    ...present({
      port: url.port,
      database: decodeURIComponent(url.pathname.slice(1)),
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    }),
    host: url.searchParams.get('host') ?? decodeURIComponent(url.hostname),
  };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1', '']);

/** Fails closed: a password crosses a network only to a server that has proved its name. */
function wantsTls({ tlsMode, url }: ParameterSource, host: string): boolean {
  if (tlsMode !== undefined) return tlsMode === 'verify-full';
  const mode = url?.searchParams.get('sslmode');
  if (mode) return mode !== 'disable';
  return !LOOPBACK.has(host) && !host.startsWith('/');
}

/** DATABASE_HOST, DATABASE_PORT and so on; an empty value counts as absent. */
export const partsFromVariables = (
  variables: Readonly<Record<string, string | number | undefined>>,
): Parts =>
  present(
    Object.fromEntries(
      PARTS.map((part) => [part, variables[`DATABASE_${part.toUpperCase()}`]?.toString()]),
    ),
  );

/**
 * Reads one file per part, as the Secrets Store CSI driver mounts them; a missing or empty file counts as
 * absent. Reads them again at each call, because a rotation replaces them.
 */
export async function partsFromDirectory(
  directory: string,
  onError: (part: Part, error: unknown) => void,
): Promise<Parts> {
  const entries = PARTS.map(async (part) => {
    try {
      return [part, await readSecretFile(join(directory, part))];
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isMissing) onError(part, error);
      return [part, undefined];
    }
  });
  return present(Object.fromEntries(await Promise.all(entries)));
}

/** A line break at the end comes from an editor and is not part of the secret. */
export const readSecretFile = async (path: string): Promise<string> =>
  (await readFile(path, 'utf8')).replace(/\r?\n$/, '');

const present = (parts: Readonly<Partial<Record<Part, string | undefined>>>): Parts =>
  Object.fromEntries(Object.entries(parts).filter(([, text]) => text));

export function isPort(text: string): boolean {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536;
}

/** Checks the name here: an IP address is not a TLS server name, and pg would then check "localhost". */
export const verifyFull = (
  host: string,
  caCertificates: readonly string[] | undefined,
): ConnectionOptions => ({
  ...(caCertificates ? { ca: [...caCertificates] } : {}),
  checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
});
