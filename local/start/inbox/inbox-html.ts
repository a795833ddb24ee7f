import type { KeptMail } from './mailbox.ts';

const STYLE = `
:root{color-scheme:light dark}
body{margin:0 auto;max-width:60rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:inherit}h1{font-size:1.4rem}ul{list-style:none;padding:0}
li{border-bottom:1px solid #8886;padding:.6rem 0}li a{text-decoration:none;display:block}
small{opacity:.75}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0}dt{opacity:.75}dd{margin:0}
iframe{width:100%;height:75vh;border:1px solid #8886;border-radius:8px;background:#fff}
pre{white-space:pre-wrap;border:1px solid #8886;border-radius:8px;padding:1rem;font-size:14px}
`;

const page = (title: string, body: string, head = ''): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(title)}</title>
${head}<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;

const REFRESH = '<meta http-equiv="refresh" content="5">\n';

export function mailsPage(mails: readonly KeptMail[]): string {
  const items = mails.map(
    ({ id, mail, recipients, receivedAt }) =>
      `<li><a href="/inbox/${id}"><bdi>${escaped(mail.subject ?? '(no subject)')}</bdi><br>` +
      `<small>to <bdi>${escaped(recipients.join(', '))}</bdi>, ${timeOf(receivedAt)}</small></a></li>`,
  );
  const list =
    items.length > 0
      ? `<ul>\n${items.join('\n')}\n</ul>`
      : '<p>No mail yet. Place an order: what the customer gets appears here.</p>';
  const body = `<h1>Inbox</h1>\n<p><small>Mails of this shop, which go nowhere else. The newest 200, until the shop stops.</small></p>\n${list}`;
  return page('Inbox', body, REFRESH);
}

export function mailPage({ id, mail, recipients, receivedAt, source }: KeptMail): string {
  const subject = mail.subject ?? '(no subject)';
  const facts = [
    ['From', mail.from?.text ?? ''],
    ['To', recipients.join(', ')],
    ['Received', timeOf(receivedAt)],
  ].map(([name = '', value = '']) => `<dt>${name}</dt><dd><bdi>${escaped(value)}</bdi></dd>`);
  const [headers = ''] = source.split('\r\n\r\n', 1);
  return page(
    subject,
    `<p><a href="/inbox">Inbox</a></p>
<h1><bdi>${escaped(subject)}</bdi></h1>
<dl>${facts.join('')}</dl>
<h2>HTML</h2>
<iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/inbox/${id}/html"></iframe>
<h2>Text</h2>
<pre dir="auto">${escaped(mail.text ?? '')}</pre>
<h2>Headers</h2>
<pre>${escaped(headers)}</pre>
<p><a href="/inbox/${id}/source">Source</a></p>`,
  );
}

const timeOf = (moment: Date): string => moment.toISOString().slice(0, 19).replace('T', ' ');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
