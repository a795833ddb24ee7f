// `npm run mailpit`: each mail in each language, as Mailpit reads it. It knows which parts of HTML and CSS the mail
// programs of https://www.caniemail.com support. MAILPIT names the program; by default it is in PATH.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CATALOGS } from '../../../src/modules/mail/sentences/catalogs.ts';
import { createMailer, type SendMail } from '../../../src/modules/mail/smtp/smtp-mailer.ts';
import { KINDS, sampleMail, sampleOrder } from '../../../test-support/mail-samples.ts';
import { waitUntil } from '../../../test-support/wait-until.ts';

/** What is not supported everywhere is for looks: rounded corners, dark mode, wrapping of long words. */
const MIN_SUPPORTED_PERCENT = 80;

let mailpit: ReturnType<typeof spawn>;
let api: string;
let send: SendMail;

beforeAll(async () => {
  const [smtpPort, httpPort] = [await freePort(), await freePort()];
  const listen = ['--smtp', `127.0.0.1:${smtpPort}`, '--listen', `127.0.0.1:${httpPort}`];
  mailpit = spawn(process.env.MAILPIT ?? 'mailpit', [...listen, '--disable-version-check']);
  api = `http://127.0.0.1:${httpPort}/api/v1`;
  await waitUntil(
    () =>
      fetch(`${api}/info`).then(
        ({ ok }) => ok,
        () => false,
      ),
    'Mailpit',
  );
  const server = { host: '127.0.0.1', port: smtpPort, tls: 'none' } as const;
  send = createMailer({ server, login: null, timeoutMs: 10_000 });
});
afterAll(async () => {
  if (mailpit.pid === undefined) return;
  mailpit.kill();
  await once(mailpit, 'exit');
});

// biome-ignore lint/suspicious/noExplicitAny: the shapes are Mailpit's.
const get = async (path: string): Promise<any> => (await fetch(`${api}/${path}`)).json();

it.each(KINDS.flatMap((kind) => Object.keys(CATALOGS).map((locale) => [kind, locale] as const)))(
  'reads the mail "%s" in "%s"',
  async (kind, locale) => {
    const { content, html, text } = sampleMail(kind, sampleOrder({ locale }));
    const messageId = `${kind}-${locale}@shop.example`;
    const mail = {
      from: { name: 'Mugs & More', address: 'orders@shop.example' },
      replyTo: null,
      to: 'ada@example.com',
      subject: content.subject,
      html,
      text,
      messageId,
      references: 'order-1@shop.example',
      date: new Date(),
      language: locale,
    };
    await send(mail, AbortSignal.timeout(10_000));
    const { messages } = await get(`search?query=${encodeURIComponent(`message-id:${messageId}`)}`);
    expect(messages).toHaveLength(1);
    const [{ ID: id }] = messages;
    const read = await get(`message/${id}`);
    expect(read.Subject).toBe(content.subject);
    expect(read.Text.replaceAll('\r\n', '\n').trim()).toBe(text.trim());
    expect(read.HTML.replaceAll('\r\n', '\n').trim()).toBe(html.trim());
    const { Total: total } = await get(`message/${id}/html-check`);
    expect(total.Supported + total.Partial).toBeGreaterThan(MIN_SUPPORTED_PERCENT);
  },
);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = Object(server.address());
  server.close();
  await once(server, 'close');
  return port;
}
