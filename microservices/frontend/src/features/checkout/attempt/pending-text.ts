import { formatMoney } from '../../../shared/lib/format.ts';
import type { Memory } from './attempt-store.ts';
import type { OrderAttempt } from './order-attempt.ts';
import type { AttemptState, UnsettledReason } from './order-attempts.ts';

export const PENDING_TITLES = {
  placing: 'Placing your order…',
  'placing-elsewhere': 'Your order is being placed in another tab',
  waiting: 'Your order is being placed',
  'finding-out': 'We are finding out about your order',
  unsettled: 'We do not know yet whether you have an order',
  'awaiting-payment': 'Your bank wants to know that it is you',
  ordered: 'Your order is confirmed',
} as const satisfies Partial<Record<AttemptState['kind'], string>>;

export interface Circumstances {
  readonly isOnline: boolean;
  /** It takes longer than a restart of the shop. */
  readonly isSlow: boolean;
  readonly memory: Memory;
}

/** What is happening, for the status line. */
export function progressText({ isOnline, isSlow, memory }: Circumstances): string {
  if (!isOnline) {
    return `You are offline. We go on as soon as you are online again. ${leaveText(memory)}`;
  }
  if (isSlow) return `This takes longer than usual. We keep asking. ${leaveText(memory)}`;
  return 'Asking the shop…';
}

/** The shop has the order, or is about to. */
export const waitingText = (memory: Memory): string =>
  `This takes longer than usual, mostly because the bank needs a moment. Please do not order again: you pay only once. ${leaveText(memory)}`;

/** Whether the page can be left without losing track of the order. */
function leaveText(memory: Memory): string {
  switch (memory) {
    case 'browser':
      return 'You can leave this page: we go on when you open the shop in this browser again.';
    case 'tab':
      return 'Keep this tab open: your browser lets us remember the order in this tab only.';
    case 'page':
      return 'Keep this page open and do not reload it: your browser does not let us remember the order.';
  }
}

export function unsettledText(reason: UnsettledReason, attempt: OrderAttempt): string {
  const total = formatMoney(attempt.body.expected_total ?? 0, attempt.currency);
  switch (reason) {
    case 'late':
      return `If you try again and the shop has your order, you see it. If the order never arrived, it is placed then, for ${total}. Either way you pay once.`;
    case 'key-expired':
      return 'It was too long ago to ask the shop about it, and it is not among your orders. Look there again before you order the same once more.';
    case 'other-customer':
      return 'Your session has ended since, so this browser cannot see that order. Ask the shop before you order the same once more.';
    case 'stuck':
      return 'The shop could not tell us, and the order is not among your orders so far. Look there again before you order the same once more.';
  }
}
