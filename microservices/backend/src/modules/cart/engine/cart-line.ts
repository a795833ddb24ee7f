import { writeLine } from './cart-json.ts';

/** One product in a cart. The same object as long as nothing about it changes. */
export class CartLine {
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

  withQuantity(quantity: number): CartLine {
    return new CartLine(this.productId, this.productName, this.priceMinor, quantity);
  }

  /** Written once and kept: most changes of a cart leave this line as it is. */
  get json(): string {
    this.#json ??= writeLine(this);
    return this.#json;
  }
}
