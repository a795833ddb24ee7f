// What is asked of S3, a function for each request.

import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
}

export interface Upload {
  readonly key: string;
  readonly uploadId: string;
}

export interface Part {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  readonly ChecksumCRC32: string | undefined;
  readonly Size: number;
}

/** Nothing: as the bucket is set, which since 2023 is at least AES256. */
export interface Encryption {
  readonly ServerSideEncryption?: 'AES256' | 'aws:kms';
  readonly SSEKMSKeyId?: string;
}

/** Checked by S3 as each part arrives, and over all parts at the end. */
const CHECKSUM = { ChecksumAlgorithm: 'CRC32' } as const;

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

export async function listParts({ client, name }: Bucket, upload: Upload): Promise<Part[]> {
  const parts: Part[] = [];
  const input = { Bucket: name, Key: upload.key, UploadId: upload.uploadId };
  let from: { PartNumberMarker?: string | undefined } = {};
  for (;;) {
    const page = await client.send(new ListPartsCommand({ ...input, ...from }));
    for (const { PartNumber = 0, ETag, ChecksumCRC32, Size = 0 } of page.Parts ?? []) {
      parts.push({ PartNumber, ETag, ChecksumCRC32, Size });
    }
    // The last page names a marker too, with which the SDK's paginator would ask for ever.
    if (page.IsTruncated !== true) return parts;
    from = { PartNumberMarker: page.NextPartNumberMarker };
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

export async function uploadPart(
  { client, name }: Bucket,
  { key, uploadId }: Upload,
  number: number,
  body: Uint8Array,
  stop: AbortSignal,
): Promise<Part> {
  const { ETag, ChecksumCRC32 } = await client.send(
    new UploadPartCommand({
      Bucket: name,
      Key: key,
      UploadId: uploadId,
      PartNumber: number,
      Body: body,
      ...CHECKSUM,
    }),
    { abortSignal: stop },
  );
  return { PartNumber: number, ETag, ChecksumCRC32, Size: body.length };
}

export async function completeUpload(
  { client, name }: Bucket,
  { key, uploadId }: Upload,
  parts: readonly Part[],
): Promise<void> {
  const inOrder = parts.toSorted((a, b) => a.PartNumber - b.PartNumber);
  await client.send(
    new CompleteMultipartUploadCommand({
      Bucket: name,
      Key: key,
      UploadId: uploadId,
      MultipartUpload: { Parts: inOrder.map(({ Size: _, ...part }) => part) },
    }),
  );
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

export async function readBody(
  { client, name }: Bucket,
  key: string,
  stop: AbortSignal,
): Promise<Readable> {
  const command = new GetObjectCommand({ Bucket: name, Key: key });
  const { Body } = await client.send(command, { abortSignal: stop });
  return Body instanceof Readable ? Body : Readable.from([]);
}

export async function remove({ client, name }: Bucket, key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
}
