// The adapter that a drill builds into the backend: it asks the ledger in the drill's process.

import type { Patches } from '../../faults/patched-build.ts';

const CLASS = 'var TestPaymentProvider = class {';
const CREATED = 'new TestPaymentProvider()';

/** Seconds beside PAYMENT_TIMEOUT_MS. A hold of the usual length that nobody settles would outlast a drill. */
export const SHORT_HOLD_SECONDS = 8;
export const SHORT_HOLDS: Patches = {
  'main.js': [
    ['HOLD_SECONDS_BESIDE_PAYMENT = 60', `HOLD_SECONDS_BESIDE_PAYMENT = ${SHORT_HOLD_SECONDS}`],
  ],
};

/** Replaces the test provider in both programs. */
export function ledgerPatches(ledgerUrl: string): Patches {
  const replacements = [
    [CREATED, 'new LedgerProvider()'],
    [CLASS, `${providerAt(ledgerUrl)}\n${CLASS}`],
  ] as const;
  return { 'main.js': replacements, 'worker.js': replacements };
}

/** The port of modules/payments/payment-provider.ts. */
const providerAt = (url: string): string => `
var LedgerProvider = class {
  name = "test";
  async authorize({ orderId, amountMinor, paymentMethod }, signal) {
    const payment = { orderId, amountMinor, means: paymentMethod };
    const { isAuthorized } = await this.#ask("authorize", payment, signal);
    return isAuthorized
      ? { kind: "authorized", reference: "ledger_" + orderId }
      : { kind: "declined", reason: "The card was declined." };
  }
  async find(orderId) {
    const { isAuthorized } = await this.#ask("find", { orderId });
    return isAuthorized ? { reference: "ledger_" + orderId } : void 0;
  }
  async void(orderId) {
    await this.#ask("void", { orderId });
  }
  async #ask(what, payment, signal) {
    const body = JSON.stringify(payment);
    const response = await fetch("${url}/" + what, { method: "POST", body, signal: signal ?? AbortSignal.timeout(5e3) });
    if (!response.ok) throw new Error("the ledger responded " + response.status);
    return response.json();
  }
};`;
