/** Somebody of the shop's staff, who changes orders through the API. */
export class Staff {
  readonly #backendUrl: string;
  readonly #token: string;

  /** @param token of the issuer, with the role of staff */
  constructor(backendUrl: string, token: string) {
    this.#backendUrl = backendUrl;
    this.#token = token;
  }

  /** Sends units, or all that have not left. */
  send(orderId: string, parcel: object = {}): Promise<void> {
    return this.#change(orderId, 'fulfilments', parcel);
  }

  deliver(orderId: string): Promise<void> {
    return this.#change(orderId, 'deliver', {});
  }

  refund(orderId: string, amount: number): Promise<void> {
    return this.#change(orderId, 'refunds', { amount });
  }

  async #change(orderId: string, change: string, body: object): Promise<void> {
    const response = await fetch(`${this.#backendUrl}/api/v1/admin/orders/${orderId}/${change}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${change}: ${response.status} ${await response.text()}`);
  }
}
