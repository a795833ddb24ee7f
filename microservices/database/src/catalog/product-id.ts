/**
 * A product's id is one segment of the addresses /products/ID and /api/v1/products/ID, percent-encoded. URL
 * parsers remove the segments "." and ".." even if they are encoded, proxies also do so between slashes that
 * are encoded, and some refuse a segment that begins or ends with "..". Any other characters arrive as they are.
 *
 * @returns why no address can contain the id; undefined if one can
 */
export function checkProductId(id: string): string | undefined {
  const dots = id.split(/[/\\]/).find((part) => part === '.' || /^\.\.|\.\.$/.test(part));
  if (dots !== undefined) {
    return id === dots
      ? `is "${dots}", which no web address can contain: choose another id`
      : `contains "${dots}" beside a slash, which no web address can contain: choose another id`;
  }
  if (/[\p{Cc}\u2028\u2029]/u.test(id))
    return 'contains a control character, such as a line break: remove it';
  return undefined;
}
