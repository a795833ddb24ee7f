/** Where goods and money of an order are, in sentences. */
import type { OrderDetails } from '../../../shared/api/types.ts';
import { formatMoney } from '../../../shared/lib/format.ts';

/** What happens next, and what the shopper can do. */
export function nextText(order: OrderDetails): string {
  switch (order.status) {
    case 'pending_payment':
      return 'We are waiting for your payment. This page changes by itself when it arrives.';
    case 'paid':
      return 'We are getting your order ready.';
    case 'partly_fulfilled':
      return 'A part of your order is on its way to you. The rest follows.';
    case 'fulfilled':
      return 'Your order is on its way to you.';
    case 'delivered':
      return 'Your order has arrived. Enjoy it.';
    case 'payment_failed':
      return 'The payment did not go through, so we send nothing. You were not charged.';
    case 'expired':
      return 'The payment did not arrive in time, so we send nothing. You were not charged.';
    case 'cancelled':
      return `This order is cancelled, and we send nothing. ${paymentText(order)}`;
    default:
      return 'Look at what has happened so far.';
  }
}

/** Where the money is. */
export function paymentText(order: OrderDetails): string {
  const pending = pendingRefund(order);
  const more = pending > 0 ? ` ${formatMoney(pending, order.currency)} is on its way back.` : '';
  return settledText(order) + more + failedText(order);
}

/** Of the newest refund: one that failed before it was made good by a later one. */
function failedText({ currency, refunds }: OrderDetails): string {
  const newest = refunds.at(-1);
  if (newest?.status !== 'failed') return '';
  const amount = formatMoney(newest.amount, currency);
  return ` ${amount} could not be sent back to you. We are looking into it.`;
}

function settledText({ currency, payment, refunded, status, total }: OrderDetails): string {
  const paid = formatMoney(total, currency);
  const back = formatMoney(refunded, currency);
  const isCancelled = status === 'cancelled';
  switch (payment.status) {
    case 'pending':
    case 'requires_action':
      return status === 'pending_payment' ? 'Not paid yet.' : 'You were not charged.';
    case 'authorized':
      return isCancelled
        ? `The ${paid} that we had reserved is being released.`
        : `${paid} is reserved. You are charged when we send your order.`;
    case 'captured':
      return `You paid ${paid}.`;
    case 'failed':
      return 'The payment did not go through. You were not charged.';
    case 'voided':
      return 'The reserved amount was released. You were not charged.';
    case 'partly_refunded':
      return `You paid ${paid}, and ${back} of it went back to you.`;
    case 'refunded':
      return `You paid ${paid}, and all of it went back to you.`;
    default:
      return 'We will tell you here when something happens.';
  }
}

/** Of amounts with two decimals at most; a sum of decimals would drift. */
function pendingRefund({ refunds }: OrderDetails): number {
  const pending = refunds.filter(({ status }) => status === 'pending');
  return pending.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0) / 100;
}

/** Before the shopper cancels: what becomes of the money. */
export function cancelText({ currency, payment, total }: OrderDetails): string {
  const amount = formatMoney(total, currency);
  switch (payment.status) {
    case 'authorized':
      return `We send nothing, and the reserved ${amount} is released.`;
    case 'captured':
      return `We send nothing, and your ${amount} goes back to you.`;
    default:
      return 'We send nothing, and you are not charged.';
  }
}
