/**
 * A double of Stripe.js: what the storefront uses of docs.stripe.com/js, without Stripe's frames. The loader takes a
 * `window.Stripe` that is there already.
 */
export class StripeJsDouble {
  /** Of handleNextAction. */
  readonly secrets: string[] = [];
  /** That card forms were made for, and changed to. */
  readonly amounts: { made: number[]; changed: number[] } = { made: [], changed: [] };
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  install(): void {
    const Stripe = Object.assign(() => this.#stripe(), { version: 'endive' });
    Object.assign(window, { Stripe });
  }

  #stripe() {
    return {
      _registerWrapper: () => {},
      registerAppInfo: () => {},
      elements: ({ amount }: { amount: number }) => ({
        update: (changes: { amount: number }) => {
          this.amounts.changed.push(changes.amount);
        },
        create: () => ({
          mount: (host: HTMLElement) => {
            this.amounts.made.push(amount);
            host.textContent = 'Card form of Stripe';
          },
          destroy: () => {},
        }),
        submit: async () => ({}),
      }),
      createConfirmationToken: async () => ({ confirmationToken: { id: this.#token } }),
      handleNextAction: async ({ clientSecret }: { clientSecret: string }) => {
        this.secrets.push(clientSecret);
        return {};
      },
    };
  }
}
