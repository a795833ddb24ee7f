import { writeLine } from './cart-json.ts';

/** One product in a cart. The same object as long as nothing about it changes. */
export class CartLine {
  readonly productId: string;
  readonly productName: string;
  readonly priceMinor: number;
  readonly quantity: number;
  /** Null if the product has left the catalog. */
  readonly imageUrl: string | null;
  #json: string | undefined;

  constructor(
    productId: string,
    productName: string,
    priceMinor: number,
    quantity: number,
    imageUrl: string | null,
  ) {
    this.productId = productId;
    this.productName = productName;
    this.priceMinor = priceMinor;
    this.quantity = quantity;
    this.imageUrl = imageUrl;
  }

  withQuantity(quantity: number): CartLine {
    const { productId, productName, priceMinor, imageUrl } = this;
    return new CartLine(productId, productName, priceMinor, quantity, imageUrl);
  }

  /** Written once and kept: most changes of a cart leave this line as it is. */
  get json(): string {
    this.#json ??= writeLine(this);
    return this.#json;
  }
}
