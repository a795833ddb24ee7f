import type { MailContent } from '../content/mail-content.ts';

/** The same as plain text, for programs and people who prefer it. */
export function toText(content: MailContent): string {
  const { title, paragraphs, facts, actions, lines, totals, addresses, footer } = content;
  const blocks: (readonly string[])[] = [
    [title],
    ...paragraphs.map((text) => [text]),
    facts.map(({ label, value }) => `${label}: ${value}`),
    ...actions.map(({ label, url }) => [`${label}:`, url]),
    lines ? [lines.title, '-'.repeat([...lines.title].length)] : [],
    ...(lines?.items ?? []).map(({ name, quantity, amount }) => [
      name,
      amount === '' ? quantity : `${quantity}: ${amount}`,
    ]),
    lines?.more ? [lines.more] : [],
    totals.map(({ label, amount }) => `${label}: ${amount}`),
    ...addresses.map((address) => [`${address.title}:`, ...address.lines]),
    ['-- ', content.shopName, content.shopUrl, ...footer],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}
