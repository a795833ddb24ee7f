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
  const rootCert = url?.searchParams.get('sslrootcert') ?? undefined;
  // To libpq, "system" is no file but the authorities that the system trusts.
  const caFile = source.caFile ?? (rootCert === 'system' ? undefined : rootCert);
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

/** What is wrong with the URL of a database, for a sentence that begins with its name. Never repeats the URL. */
export function urlProblems(text: string): string[] {
  if (!URL.canParse(text)) return [whyUnreadable(text)];
  const url = new URL(text);
  let host: string;
  try {
    host = partsFromUrl(url).host ?? '';
  } catch {
    return ['has a % that begins no escape: write %25 for a percent sign'];
  }
  const problems: string[] = [];
  if (url.port === '0') problems.push(WRONG_PORT);
  if (host.includes(',')) problems.push('names several hosts: give the one of the primary');
  const mode = url.searchParams.get('sslmode');
  if (mode !== null && !SSL_MODES.has(mode))
    problems.push(`has an unknown sslmode: give ${[...SSL_MODES].join(', ')}`);
  const strange = [...new Set(url.searchParams.keys())].filter((name) => !isUrlOption(name));
  // A # or ? in a password can make an option of its rest.
  if (strange.length > 0)
    problems.push(`has an option that means nothing here: give only ${URL_OPTIONS.join(', ')}`);
  return problems;
}

const WRONG_PORT = 'names no port from 1 to 65535';

function whyUnreadable(text: string): string {
  const port = /^[^/]*\/\/(?:[^/?#@]*@)?(?:\[[^\]]*\]|[^:/?#@,]*):(\d+)(?:[/?#]|$)/.exec(text)?.[1];
  if (port !== undefined && !isPort(port)) return WRONG_PORT;
  if (/^[^/]*\/\/(?:[^/?#]*@)?[^/?#@]+,[^/?#@]+(?:[/?#]|$)/.test(text))
    return 'names several hosts: give the one of the primary';
  if (/^[^/]*\/\/[^/?#]*@(?:[/?#]|$)/.test(text))
    return 'names no host after @: write it, or the directory of a socket, such as %2Fvar%2Frun%2Fpostgresql';
  return 'cannot be read as a URL. In a password write %23 for #, %2F for /, %3A for :, %3F for ? and %40 for @';
}

const URL_OPTIONS = ['host', 'options', 'sslmode', 'sslrootcert'] as const;
/** They change nothing here: the service has its own name and time limits, and TLS always proves the server. */
const IGNORED_URL_OPTIONS =
  /^(application_name|channel_binding|connect_timeout|keepalives(_\w+)?)$/;

const isUrlOption = (name: string): boolean =>
  URL_OPTIONS.some((known) => known === name) || IGNORED_URL_OPTIONS.test(name);

/** Those of libpq. Any but `disable` verifies the server here. */
const SSL_MODES = new Set(['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']);

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1', '']);

/** Fails closed: a password crosses a network only to a server that has proved its name. */
function wantsTls({ tlsMode, url }: ParameterSource, host: string): boolean {
  if (tlsMode !== undefined) return tlsMode === 'verify-full';
  const mode = url?.searchParams.get('sslmode');
  if (mode) return mode !== 'disable';
  return !LOOPBACK.has(host) && !host.startsWith('/');
}

/** Editors end files with one, and a file of variables with CRLF leaves one on each value. */
const LINE_END = /\r?\n$|\r$/;

/** DATABASE_HOST, DATABASE_PORT and so on; an empty or blank value counts as absent. */
export const partsFromVariables = (
  variables: Readonly<Record<string, string | number | undefined>>,
): Parts =>
  present(
    Object.fromEntries(
      PARTS.map((part) => {
        const text = variables[`DATABASE_${part.toUpperCase()}`]?.toString().replace(LINE_END, '');
        // A password may begin or end with a space.
        return [part, part === 'password' && text?.trim() ? text : text?.trim()];
      }),
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

/** A byte order mark, or a line break at the end, comes from an editor and is not part of the secret. */
export const readSecretFile = async (path: string): Promise<string> =>
  (await readFile(path, 'utf8')).replace(/^\uFEFF/, '').replace(LINE_END, '');

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
