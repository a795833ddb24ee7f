const PREFIX = '/products/';

/** The page of a product. */
export const productAddress = (productId: string): string =>
  `${PREFIX}${encodeURIComponent(productId)}`;

/**
 * The product of a page, decoded once. React Router's parameters are decoded again where they contain "%2F".
 *
 * @param pathname as the browser has it, encoded
 * @returns undefined for an address that cannot be decoded, such as /products/100%
 */
export function productIdOf(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname.slice(PREFIX.length).replace(/\/$/, ''));
  } catch {
    return undefined;
  }
}
