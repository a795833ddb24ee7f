import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import type { JWTPayload } from 'jose';
import type { IdentityConfig } from '../../config/config.ts';
import { Problem } from '../../http/problem.ts';

/** Whether a claim names the role: a list of roles or groups, or one of them. */
export const hasStaffRole = (
  payload: JWTPayload,
  { role, claims }: IdentityConfig['staff'],
): boolean =>
  claims.some((claim) => {
    const value = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
    return value === role || (Array.isArray(value) && value.includes(role));
  });

/**
 * onRequest, after `authenticate`: 403 unless the issuer's token has the role of staff. CARTHUB_AUTH=off trusts a caller's
 * customer id, never that they are staff.
 */
export function requireStaff(
  { customer }: FastifyRequest,
  _reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  if (!customer) done(new Problem('unauthenticated'));
  else done(customer.isStaff ? undefined : new Problem('staff-only'));
}

/** The subject of the token; only where `requireStaff` has let the request pass. */
export function staffId({ customer }: FastifyRequest): string {
  if (!customer?.isStaff) throw new Problem('staff-only');
  return customer.customerId;
}
