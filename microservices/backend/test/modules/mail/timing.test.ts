import { expect, it } from 'vitest';
import type { MailKind } from '../../../src/modules/mail/content/mail-event.ts';
import { SETTLING_MS, timingOf } from '../../../src/modules/mail/content/timing.ts';

const placedAt = new Date('2026-11-30T12:00:00Z');
const after = (ms: number) => new Date(placedAt.getTime() + ms);

const decide = (kind: MailKind, status: string, eventMs: number, nowMs: number, wasPaid = true) =>
  timingOf(kind, { status, wasPaid, placedAt, eventAt: after(eventMs), now: after(nowMs) }).kind;

it('waits with the mail about the receipt until the payment has had its time', () => {
  expect(decide('received', 'pending_payment', 0, 0)).toBe('later');
  expect(decide('received', 'pending_payment', 0, SETTLING_MS - 1)).toBe('later');
  expect(decide('received', 'pending_payment', 0, SETTLING_MS)).toBe('send');
});

it('says nothing of the receipt of an order that is paid or given up meanwhile', () => {
  for (const status of ['paid', 'fulfilled', 'payment_failed', 'expired', 'cancelled'])
    expect(decide('received', status, 0, 50)).toBe('skip');
});

it('says nothing of an order that is given up for another before anybody was told of it', () => {
  expect(decide('cancelled', 'cancelled', 500, 600, false)).toBe('skip');
  expect(decide('cancelled', 'cancelled', SETTLING_MS, 2 * SETTLING_MS, false)).toBe('send');
  expect(decide('cancelled', 'cancelled', 500, 600)).toBe('send');
});

it('does not repeat by mail a refusal that the customer has seen on the page', () => {
  expect(decide('payment_failed', 'payment_failed', 500, 600)).toBe('skip');
  expect(decide('payment_failed', 'payment_failed', SETTLING_MS, 2 * SETTLING_MS)).toBe('send');
});

it('tells of everything else at once', () => {
  for (const kind of ['paid', 'fulfilled', 'cancelled', 'refunded', 'expired', 'link'] as const)
    expect(decide(kind, 'paid', 10, 20)).toBe('send');
});
