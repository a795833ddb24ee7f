/** What a mail says, in the customer's language, before it is HTML or text. Every text may hold anything. */

export interface MailContent {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly shopName: string;
  readonly subject: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** What to do: the first is a button, the others are links. */
  readonly actions: readonly Link[];
  /** It is never broken into two lines. */
  readonly orderNumber: string;
  /** Such as carrier and tracking number. */
  readonly facts: readonly Fact[];
  readonly lines: {
    readonly title: string;
    readonly items: readonly Item[];
    readonly more: string;
  } | null;
  readonly totals: readonly Total[];
  readonly addresses: readonly { readonly title: string; readonly lines: readonly string[] }[];
  readonly footer: readonly string[];
  readonly shopUrl: string;
}

export interface Link {
  readonly label: string;
  readonly url: string;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

interface Item {
  readonly name: string;
  /** Such as "2 pieces, $5.00 each". */
  readonly quantity: string;
  /** '' if the mail is not about money. */
  readonly amount: string;
  /** Absolute; null if there is none that a mail can show. */
  readonly imageUrl: string | null;
}

interface Total {
  readonly label: string;
  readonly amount: string;
  readonly isSum: boolean;
}
