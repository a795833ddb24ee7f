/** The strong entity tag of a cart: the same version has the same bytes. */
export const entityTag = (version: number): string => `"${version}"`;

/** RFC 9110 If-Match, strong comparison: without the header any version will do; `*` needs a cart. */
export function isMatch(header: string | undefined, version: number): boolean {
  if (header === undefined) return true;
  if (header.trim() === '*') return version > 0;
  return tagsOf(header).includes(entityTag(version));
}

/** RFC 9110 If-None-Match, weak comparison. @returns whether the answer has to be sent */
export const isNoneMatch = (header: string | undefined, version: number): boolean =>
  header === undefined ||
  !tagsOf(header).some((tag) => ['*', entityTag(version)].includes(tag.replace(/^W\//, '')));

const tagsOf = (header: string): string[] => header.split(',').map((tag) => tag.trim());
