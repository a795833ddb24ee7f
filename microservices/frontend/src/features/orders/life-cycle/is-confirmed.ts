import type { Order } from '../../../shared/api/types.ts';

/** Not paid yet, or ended: nothing is sent. */
const UNCONFIRMED: readonly Order['status'][] = [
  'pending_payment',
  'payment_failed',
  'expired',
  'cancelled',
];

/** Whether the shop sends it, or has sent it. */
export const isConfirmed = ({ status }: Pick<Order, 'status'>): boolean =>
  !UNCONFIRMED.includes(status);
