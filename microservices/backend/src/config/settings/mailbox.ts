/** The address that mails come from or go back to, as in `Shop <orders@shop.example>`. */
export interface Mailbox {
  /** '' if there is none. */
  readonly name: string;
  readonly address: string;
}

const MAX_NAME_LENGTH = 100;
/** Without the quotes and comments of RFC 5322: few people know them. */
const NAMED = /^(?<name>[^<>"@,;:\\\p{Cc}]*?)\s*<(?<address>[^<>]+)>$/u;
const ADDRESS =
  /^[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/;

/** @returns undefined if the text is no mailbox */
export function mailboxOf(text: string): Mailbox | undefined {
  const { name = '', address = text.trim() } = NAMED.exec(text.trim())?.groups ?? {};
  if (!ADDRESS.test(address) || address.length > 254 || name.length > MAX_NAME_LENGTH)
    return undefined;
  return { name: name.trim(), address };
}

export const domainOf = ({ address }: Mailbox): string =>
  address.slice(address.lastIndexOf('@') + 1);
