import { decimalFromMinor } from '../../../money.ts';

/** One product in a cart. It stays the same object as long as nothing of it changes. */
export class Line {
  readonly productId: string;
  readonly productName: string;
  readonly priceMinor: number;
  readonly quantity: number;
  #json: string | undefined;

  constructor(productId: string, productName: string, priceMinor: number, quantity: number) {
    this.productId = productId;
    this.productName = productName;
    this.priceMinor = priceMinor;
    this.quantity = quantity;
  }

  withQuantity(quantity: number): Line {
    return new Line(this.productId, this.productName, this.priceMinor, quantity);
  }

  /** An item of the API's Cart. Written once and kept, for the other lines change more often. */
  get json(): string {
    this.#json ??= [
      `{"product_id":${JSON.stringify(this.productId)}`,
      `"product_name":${JSON.stringify(this.productName)}`,
      `"price":${decimalFromMinor(this.priceMinor)}`,
      `"quantity":${this.quantity}`,
      `"subtotal":${decimalFromMinor(this.priceMinor * this.quantity)}}`,
    ].join();
    return this.#json;
  }
}
