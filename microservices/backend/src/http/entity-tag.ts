/** The strong entity tag of a cart: the same version has the same bytes. */
export const entityTag = (version: number): string => `"${version}"`;

/**
 * If-Match: without the header any version will do; `*` needs a cart. Weak tags match too, unlike in RFC 9110: a
 * proxy that compresses a response makes its tag weak, and the tag names the cart's version.
 */
export function isMatch(header: string | undefined, version: number): boolean {
  if (header === undefined) return true;
  if (header.trim() === '*') return version > 0;
  return tagsOf(header).includes(entityTag(version));
}

/** RFC 9110 If-None-Match, weak comparison. @returns whether the answer has to be sent */
export const isNoneMatch = (header: string | undefined, version: number): boolean =>
  header === undefined || !tagsOf(header).some((tag) => tag === '*' || tag === entityTag(version));

/** Without the mark of weak tags. */
const tagsOf = (header: string): string[] =>
  header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
