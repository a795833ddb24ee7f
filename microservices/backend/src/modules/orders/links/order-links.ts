/**
 * Links that show one order without sign-in.
 *
 * Terminology
 *   token   version, bucket, order and expiry, signed: its bearer may read this order until then.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA-256 keys. The first signs; tokens of all are accepted, so that a key can be replaced. */
export type OrderLinkKeys = readonly [current: Uint8Array, ...previous: Uint8Array[]];

export interface LinkedOrder {
  readonly bucket: number;
  readonly orderId: string;
}

const VERSION = 1;
const UUID_BYTES = 16;
const SIGNATURE_BYTES = 32;
/** Version, bucket (2), order, seconds since 1970 (6). */
const SIGNED_BYTES = 1 + 2 + UUID_BYTES + 6;
const EXPIRY_OFFSET = 3 + UUID_BYTES;

/** @param expiresAt in whole seconds */
export function signOrderLink([key]: OrderLinkKeys, order: LinkedOrder, expiresAt: Date): string {
  const bytes = Buffer.alloc(SIGNED_BYTES);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeUInt16BE(order.bucket, 1);
  Buffer.from(order.orderId.replaceAll('-', ''), 'hex').copy(bytes, 3);
  bytes.writeUIntBE(Math.floor(expiresAt.getTime() / 1000), EXPIRY_OFFSET, 6);
  return Buffer.concat([bytes, signatureOf(key, bytes)]).toString('base64url');
}

/** @returns undefined if it is forged, expired or no token */
export function verifyOrderLink(
  keys: OrderLinkKeys,
  token: string,
  now: Date,
): LinkedOrder | undefined {
  const bytes = Buffer.from(token, 'base64url');
  // Base64url of the same bytes can be written in several ways; only ours counts.
  if (bytes.length !== SIGNED_BYTES + SIGNATURE_BYTES || bytes.toString('base64url') !== token)
    return undefined;
  const signed = bytes.subarray(0, SIGNED_BYTES);
  const signature = bytes.subarray(SIGNED_BYTES);
  const isOurs = keys.some((key) => timingSafeEqual(signatureOf(key, signed), signature));
  if (!isOurs || signed.readUInt8(0) !== VERSION) return undefined;
  if (signed.readUIntBE(EXPIRY_OFFSET, 6) * 1000 <= now.getTime()) return undefined;
  const hex = signed.toString('hex', 3, EXPIRY_OFFSET);
  return {
    bucket: signed.readUInt16BE(1),
    orderId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  };
}

const signatureOf = (key: Uint8Array, bytes: Uint8Array): Buffer =>
  createHmac('sha256', key).update(bytes).digest();
