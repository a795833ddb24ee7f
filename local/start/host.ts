// The address that HOST names, and the URLs of the servers that listen on it.

import { isIP } from 'node:net';

const HOST_NAME = /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?$/;
const ANY_ADDRESS = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

export const isHost = (text: string): boolean => isIP(text) !== 0 || HOST_NAME.test(text);

/** IPv6 addresses are written in brackets in a URL, and without them for everything else. */
export const withoutBrackets = (text: string): string => text.replace(/^\[(.*)\]$/, '$1');

/** Whether a browser on this machine reaches a server on this address as "localhost". */
export const isLocalhost = (host: string): boolean =>
  ANY_ADDRESS.has(host) || ['127.0.0.1', '::1', 'localhost'].includes(host.toLowerCase());

/** For a client on this machine, with an address that the server listens on. */
export const connectUrl = (host: string, port: number): string =>
  urlOf(ANY_ADDRESS.get(host) ?? host, port);

/** For people. */
export const shownUrl = (host: string, port: number): string =>
  urlOf(isLocalhost(host) ? 'localhost' : host, port);

const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
