/**
 * HTML for mail programs: tables and styles in attributes, because many drop style sheets; nothing depends on
 * pictures or on the style sheet, which is only for dark mode and small screens. Those that change colors
 * themselves get them from `color-scheme`.
 */
import type { Fact, Link, MailContent } from '../content/mail-content.ts';

/** The storefront's colors; contrast is WCAG AA or better, in both schemes. */
const PAPER = '#fdfbf7';
const SHELL = '#f5f0e8';
const RULE = '#ddd5c8';
const MUTED = '#5f5a50';
const INK = '#1d2b38';
const RUST = '#a5412a';

const FONT = "font-family:Figtree,'Segoe UI',Helvetica,Arial,sans-serif";
const MAX_WIDTH = 600;

const STYLES = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
a{text-decoration:underline}
@media (max-width:480px){.box{padding:20px 16px!important}.half{display:block!important;width:100%!important}}
@media (prefers-color-scheme:dark){
.shell{background:#12191f!important}.paper{background:#1b242c!important}.ink{color:#f3eee5!important}
.muted{color:#b9b2a5!important}.rule{border-color:#3a444d!important}.link{color:#f0a68f!important}
.picture{background:#2a353e!important}}
[data-ogsc] .ink{color:#f3eee5!important}[data-ogsc] .muted{color:#b9b2a5!important}[data-ogsc] .link{color:#f0a68f!important}
[data-ogsb] .shell{background:#12191f!important}[data-ogsb] .paper{background:#1b242c!important}`;

export function toHtml(content: MailContent): string {
  const { language, direction, shopName, shopUrl, title, paragraphs, footer, orderNumber } =
    content;
  const [preview = ''] = paragraphs;
  const body = [
    `<h1 class="ink" style="margin:0 0 16px;font-size:24px;line-height:1.3;font-weight:600;color:${INK}">${unbroken(escaped(title), orderNumber)}</h1>`,
    ...paragraphs.map((text) => unbroken(paragraph(text, 'ink', INK, 16), orderNumber)),
    ...content.facts.map(factRow),
    ...content.actions.map((link, index) => (index === 0 ? button(link) : furtherLink(link))),
    lineTable(content),
    totalTable(content),
    addressTable(content),
  ];
  return `<!doctype html>
<html lang="${escaped(language)}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${escaped(content.subject)}</title>
<style>${STYLES}</style>
</head>
<body class="shell" style="margin:0;padding:0;background:${SHELL};-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden">${escaped(preview)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="shell" style="background:${SHELL}">
<tr><td align="center" style="padding:16px 8px">
<!--[if mso]><table role="presentation" width="${MAX_WIDTH}" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:${MAX_WIDTH}px;${FONT}">
<tr><td align="${start(direction)}" style="padding:8px 24px 16px"><a class="ink" href="${escaped(shopUrl)}" style="font-size:18px;font-weight:600;color:${INK};text-decoration:none">${escaped(shopName)}</a></td></tr>
<tr><td class="paper box" align="${start(direction)}" dir="${direction}" style="padding:32px;background:${PAPER};border-radius:12px">
${body.filter((part) => part !== '').join('\n')}
</td></tr>
<tr><td align="${start(direction)}" style="padding:16px 24px">
${footer.map((text) => paragraph(text, 'muted', MUTED, 13)).join('\n')}
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`;
}

/** Numbers such as CH-7F3K-9Q2M would be broken at a hyphen. */
const unbroken = (html: string, orderNumber: string): string =>
  html.replaceAll(orderNumber, `<span style="white-space:nowrap">${orderNumber}</span>`);

const start = (direction: MailContent['direction']) => (direction === 'rtl' ? 'right' : 'left');
const end = (direction: MailContent['direction']) => (direction === 'rtl' ? 'left' : 'right');

const paragraph = (text: string, name: string, color: string, size: number): string =>
  `<p class="${name}" style="margin:0 0 12px;font-size:${size}px;line-height:1.5;color:${color};overflow-wrap:anywhere">${escaped(text)}</p>`;

const button = ({ label, url }: Link): string =>
  `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:20px 0 8px"><tr><td bgcolor="${RUST}" style="border-radius:8px;background:${RUST}"><a href="${escaped(url)}" style="display:inline-block;padding:14px 24px;font-size:16px;font-weight:600;color:#ffffff;text-decoration:none;border-radius:8px">${escaped(label)}</a></td></tr></table>`;

/** A link after the button. */
const furtherLink = ({ label, url }: Link): string =>
  `<p style="margin:12px 0 0;font-size:16px;line-height:1.5"><a class="link" href="${escaped(url)}" style="color:${RUST}">${escaped(label)}</a></p>`;

const factRow = ({ label, value }: Fact): string =>
  `<p class="ink" style="margin:0 0 8px;font-size:16px;line-height:1.5;color:${INK};overflow-wrap:anywhere"><span class="muted" style="color:${MUTED}">${escaped(label)}:</span> <bdi>${escaped(value)}</bdi></p>`;

const heading = (text: string): string =>
  `<h2 class="ink" style="margin:28px 0 8px;font-size:17px;line-height:1.3;font-weight:600;color:${INK}">${escaped(text)}</h2>`;

const TABLE =
  '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse">';

function lineTable({ lines, direction }: MailContent): string {
  if (!lines) return '';
  const border = `border-bottom:1px solid ${RULE}`;
  const cell = `padding:10px 0;vertical-align:top;${border}`;
  const hasPictures = lines.items.some(({ imageUrl }) => imageUrl !== null);
  const rows = lines.items.map(({ name, quantity, amount, imageUrl }) => {
    const image = imageUrl
      ? `<img class="picture" src="${escaped(imageUrl)}" alt="" width="56" height="56" style="display:block;width:56px;height:56px;border:0;border-radius:8px;background:${SHELL}">`
      : '';
    const picture = hasPictures
      ? `<td class="rule" width="68" style="width:68px;${cell}">${image}</td>`
      : '';
    return `<tr>${picture}<td class="rule" align="${start(direction)}" style="${cell}"><div class="ink" style="font-size:16px;line-height:1.4;color:${INK};overflow-wrap:anywhere">${escaped(name)}</div><div class="muted" style="font-size:14px;line-height:1.4;color:${MUTED}">${escaped(quantity)}</div></td><td class="rule ink" align="${end(direction)}" style="${cell};padding-${start(direction)}:12px;font-size:16px;line-height:1.4;color:${INK};white-space:nowrap">${escaped(amount)}</td></tr>`;
  });
  const more = lines.more ? paragraph(lines.more, 'muted', MUTED, 14) : '';
  return `${heading(lines.title)}\n${TABLE}\n${rows.join('\n')}\n</table>${more}`;
}

function totalTable({ totals, direction }: MailContent): string {
  if (totals.length === 0) return '';
  const rows = totals.map(({ label, amount, isSum }) => {
    const style = `padding:6px 0;font-size:${isSum ? 18 : 16}px;line-height:1.4;font-weight:${isSum ? 600 : 400}`;
    const name = isSum ? 'ink' : 'muted';
    const color = isSum ? INK : MUTED;
    return `<tr><td class="${name}" align="${start(direction)}" style="${style};color:${color}">${escaped(label)}</td><td class="ink" align="${end(direction)}" style="${style};color:${INK};white-space:nowrap">${escaped(amount)}</td></tr>`;
  });
  return `${TABLE}\n${rows.join('\n')}\n</table>`;
}

function addressTable({ addresses, direction }: MailContent): string {
  if (addresses.length === 0) return '';
  const cells = addresses.map(({ title, lines }) => {
    const text = lines.map((line) => escaped(line)).join('<br>');
    return `<td class="half" width="${100 / addresses.length}%" align="${start(direction)}" style="vertical-align:top">${heading(title)}<p class="muted" style="margin:0;font-size:15px;line-height:1.5;color:${MUTED};overflow-wrap:anywhere">${text}</p></td>`;
  });
  return `${TABLE}<tr>${cells.join('')}</tr></table>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
