/** Characters of a local part, RFC 5322 `atext` and those beyond ASCII of RFC 6531. */
const ATOM = String.raw`[\w!#$%&'*+/=?^\x60{|}~\-\u0080-\u{10ffff}]+`;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}\-]{0,61}[\p{L}\p{M}\p{N}])?`;
const TOP = String.raw`(?=[^.]*\p{L})${LABEL}`;
const EMAIL = new RegExp(String.raw`^${ATOM}(?:\.${ATOM})*@(?:${LABEL}\.)+${TOP}$`, 'u');
/** Not in the characters beyond ASCII: spaces, controls, surrogates without their other half. */
const UNSEEN = /[\s\p{Z}\p{C}]/u;

const MAX_LOCAL_LENGTH = 64;

/**
 * Whether mail can be sent there, as far as the text shows: `local@domain.tld`, in any script. Quoted local parts and
 * addresses without a dot in the domain are refused, because they are typing errors more often than addresses.
 */
export const isEmailAddress = (text: string): boolean =>
  EMAIL.test(text) &&
  !UNSEEN.test(text) &&
  [...text.slice(0, text.lastIndexOf('@'))].length <= MAX_LOCAL_LENGTH;
