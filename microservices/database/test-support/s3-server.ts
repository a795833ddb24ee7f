// The requests of S3 that a backup makes, in memory. Shapes and statuses: Amazon S3 API Reference, the actions that
// are named below. Signatures and checksums are not looked at; the drills run against moto, which has all of S3.

import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface Upload {
  readonly key: string;
  readonly parts: Map<number, Buffer>;
}

export interface S3Server extends AsyncDisposable {
  readonly url: string;
  readonly objects: Map<string, Buffer>;
  readonly uploads: Map<string, Upload>;
  /** Ranges that GetObject was asked for. */
  readonly ranges: (string | undefined)[];
  /** The next answers of GetObject break off after so many bytes. */
  breakAfter: number[];
}

type Work = Omit<S3Server, 'url' | typeof Symbol.asyncDispose>;

/** One bucket, named in the path. */
export async function startS3(): Promise<S3Server> {
  const work: Work = { objects: new Map(), uploads: new Map(), ranges: [], breakAfter: [] };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://s3');
    const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    if (key === '') list(work, searchParams, response);
    else if (searchParams.has('uploads') || searchParams.has('uploadId'))
      multipart(
        work,
        request.method,
        { key, query: searchParams, body: content(request, body) },
        response,
      );
    else object(work, request, { key, body: content(request, body) }, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(work, {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
}

/** ListObjectsV2, ListMultipartUploads. */
function list({ objects, uploads }: Work, query: URLSearchParams, response: ServerResponse): void {
  const prefix = query.get('prefix') ?? '';
  const items = query.has('uploads')
    ? [...uploads].map(
        ([id, { key }]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`,
      )
    : [...objects.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => `<Contents><Key>${key}</Key></Contents>`);
  xml(response, 200, `<Result><IsTruncated>false</IsTruncated>${items.join('')}</Result>`);
}

/** CreateMultipartUpload, UploadPart, CompleteMultipartUpload, AbortMultipartUpload. */
function multipart(
  { objects, uploads }: Work,
  method: string | undefined,
  { key, query, body }: { key: string; query: URLSearchParams; body: Buffer },
  response: ServerResponse,
): void {
  const id = query.get('uploadId') ?? randomUUID();
  if (query.has('uploads')) {
    uploads.set(id, { key, parts: new Map() });
    xml(response, 200, `<R><Key>${key}</Key><UploadId>${id}</UploadId></R>`);
    return;
  }
  const upload = uploads.get(id);
  if (upload === undefined) {
    xml(response, 404, '<Error><Code>NoSuchUpload</Code></Error>');
    return;
  }
  if (method === 'PUT') {
    upload.parts.set(Number(query.get('partNumber')), body);
    response.writeHead(200, { etag: etagOf(body) }).end();
    return;
  }
  uploads.delete(id);
  if (method === 'DELETE') {
    response.writeHead(204).end();
    return;
  }
  const parts = [...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
  objects.set(key, Buffer.concat(parts));
  xml(response, 200, `<R><Key>${key}</Key></R>`);
}

/** PutObject, DeleteObject, HeadObject, GetObject with Range and If-Match. */
function object(
  work: Work,
  { method, headers }: IncomingMessage,
  { key, body }: { key: string; body: Buffer },
  response: ServerResponse,
): void {
  const { objects } = work;
  if (method === 'PUT') {
    objects.set(key, body);
    response.writeHead(200, { etag: etagOf(body) }).end();
    return;
  }
  if (method === 'DELETE') {
    objects.delete(key);
    response.writeHead(204).end();
    return;
  }
  const found = objects.get(key);
  if (found === undefined) {
    xml(response, 404, '<Error><Code>NoSuchKey</Code></Error>');
    return;
  }
  const etag = etagOf(found);
  if (headers['if-match'] !== undefined && headers['if-match'] !== etag) {
    xml(response, 412, '<Error><Code>PreconditionFailed</Code></Error>');
    return;
  }
  if (method === 'HEAD') {
    response.writeHead(200, { etag, 'content-length': found.length }).end();
    return;
  }
  work.ranges.push(headers.range);
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const rest = found.subarray(from);
  response.writeHead(headers.range ? 206 : 200, { etag, 'content-length': rest.length });
  const most = work.breakAfter.shift();
  if (most === undefined || most >= rest.length) response.end(rest);
  else response.write(rest.subarray(0, most), () => response.destroy());
}

/** The SDK sends what it streams as "aws-chunked", and the dump's parts as they are. */
function content({ headers }: IncomingMessage, body: Buffer): Buffer {
  if (headers['content-encoding'] === 'aws-chunked')
    throw new Error('aws-chunked is not read here');
  return body;
}

function etagOf(content: Buffer): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

function xml(response: ServerResponse, status: number, body: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?>${body}`);
}
