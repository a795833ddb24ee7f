// One function for each request to S3, except for the dump: s3-upload.ts sends that.

import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';

export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
}

export interface Upload {
  readonly key: string;
  readonly uploadId: string;
}

/** Empty: the bucket's own setting, which since 2023 is at least AES256. */
export interface Encryption {
  readonly ServerSideEncryption?: 'AES256' | 'aws:kms';
  readonly SSEKMSKeyId?: string;
}

/** S3 checks it for each part when it arrives, and for all parts at the end. */
export const CHECKSUM = { ChecksumAlgorithm: 'CRC32' } as const;

export async function listKeys({ client, name }: Bucket, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix })) {
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
  }
  return keys;
}

export async function listUploads({ client, name }: Bucket, prefix: string): Promise<Upload[]> {
  const uploads: Upload[] = [];
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const input = { Bucket: name, Prefix: prefix, ...from };
    const page = await client.send(new ListMultipartUploadsCommand(input));
    for (const { Key, UploadId } of page.Uploads ?? []) {
      if (Key !== undefined && UploadId !== undefined)
        uploads.push({ key: Key, uploadId: UploadId });
    }
    if (page.IsTruncated !== true) return uploads;
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

export async function createUpload(
  { client, name }: Bucket,
  key: string,
  encryption: Encryption,
): Promise<Upload> {
  const { UploadId = '' } = await client.send(
    new CreateMultipartUploadCommand({ Bucket: name, Key: key, ...CHECKSUM, ...encryption }),
  );
  return { key, uploadId: UploadId };
}

export async function abortUpload({ client, name }: Bucket, upload: Upload): Promise<void> {
  const { key: Key, uploadId: UploadId } = upload;
  await client.send(new AbortMultipartUploadCommand({ Bucket: name, Key, UploadId }));
}

export async function putText(
  { client, name }: Bucket,
  key: string,
  text: string,
  encryption: Encryption,
): Promise<void> {
  await client.send(
    new PutObjectCommand({ Bucket: name, Key: key, Body: text, ...CHECKSUM, ...encryption }),
  );
}

export async function readText({ client, name }: Bucket, key: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

export interface Found {
  readonly bytes: number;
  readonly etag: string;
}

export async function findObject({ client, name }: Bucket, key: string): Promise<Found> {
  const command = new HeadObjectCommand({ Bucket: name, Key: key });
  const { ContentLength = 0, ETag = '' } = await client.send(command);
  return { bytes: ContentLength, etag: ETag };
}

/** From this byte to the end, unless the object has changed since. */
export async function readFrom(
  { client, name }: Bucket,
  {
    key,
    etag,
    position,
  }: { readonly key: string; readonly etag: string; readonly position: number },
  stop: AbortSignal,
): Promise<Readable> {
  const range = position === 0 ? {} : { Range: `bytes=${position}-` };
  const command = new GetObjectCommand({ Bucket: name, Key: key, IfMatch: etag, ...range });
  const { Body } = await client.send(command, { abortSignal: stop });
  return Body instanceof Readable ? Body : Readable.from([]);
}

export async function remove({ client, name }: Bucket, key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
}
