/** Characters of a local part, RFC 5322 `atext` and those beyond ASCII of RFC 6531. */
const ATOM = String.raw`[\w!#$%&'*+/=?^\x60{|}~\-\u0080-\u{10ffff}]+`;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}\-]{0,61}[\p{L}\p{M}\p{N}])?`;
const TOP = String.raw`(?=[^.]*\p{L})${LABEL}`;
const EMAIL = new RegExp(String.raw`^${ATOM}(?:\.${ATOM})*@(?:${LABEL}\.)+${TOP}$`, 'u');
/** Not in the characters beyond ASCII: spaces, controls, surrogates without their other half. */
const UNSEEN = /[\s\p{Z}\p{C}]/u;

const MAX_LOCAL_LENGTH = 64;

/** What separates labels of a domain beside the full stop: RFC 3490, section 3.1. */
const OTHER_DOTS = /[\u3002\uff0e\uff61]/g;

/**
 * Whether mail can be sent there, as far as the text shows: `local@domain.tld`, in any script. Quoted local parts and
 * addresses without a dot in the domain are refused, because they are typing errors more often than addresses.
 */
export function isEmailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = text.slice(at).replaceAll(OTHER_DOTS, '.');
  return EMAIL.test(local + domain) && !UNSEEN.test(text) && [...local].length <= MAX_LOCAL_LENGTH;
}
