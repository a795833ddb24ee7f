// The inbox of `npm start`: what arrives by SMTP is shown, and nothing in it can do harm.

import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { createScratch } from '../../testbed/scratch.ts';
import { type Mailbox, openMailbox } from '../start/inbox/mailbox.ts';
import { buildStorefront } from '../start/storefront.ts';

/** Each line is sent after the response to the one before. */
async function send(mailbox: Mailbox, ...messages: string[][]): Promise<void> {
  const socket = connect(Number(new URL(mailbox.url).port), '127.0.0.1');
  const responses = createInterface({ input: socket })[Symbol.asyncIterator]();
  const command = async (line: string) => {
    if (line !== '') socket.write(`${line}\r\n`);
    for (;;) {
      const { value = '' } = await responses.next();
      if (/^\d{3} /.test(value)) return;
    }
  };
  for (const line of ['', 'EHLO test']) await command(line);
  for (const message of messages) {
    for (const line of ['MAIL FROM:<shop@shop.example>', 'RCPT TO:<ada@example.com>', 'DATA'])
      await command(line);
    await command([...message, '.'].join('\r\n'));
  }
  socket.end('QUIT\r\n');
  await once(socket, 'close');
}

async function openShop() {
  const scratch = await createScratch();
  const mailbox = await openMailbox();
  const app = await buildStorefront({
    directory: scratch.path,
    backendUrl: 'http://127.0.0.1:9',
    pictureHosts: [],
    mailbox,
  });
  return {
    mailbox,
    get: (url: string) => app.inject({ url, headers: { accept: 'text/html' } }),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await mailbox[Symbol.asyncDispose]();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

it('lists mails and shows each as HTML, text, headers and source', async () => {
  await using shop = await openShop();
  expect((await shop.get('/inbox')).body).toContain('No mail yet');
  await send(shop.mailbox, [
    'Subject: =?utf-8?q?=3Cscript=3Ealert=281=29=3C/script=3E?=',
    'Message-ID: <1@shop.example>',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<html><head></head><body onload="alert(1)"><a href="https://shop.example">x</a></body></html>',
  ]);
  const list = await shop.get('/inbox');
  expect(list.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(list.body).toContain('ada@example.com');
  const page = await shop.get('/inbox/1');
  expect(page.body).not.toContain('<script');
  expect(page.body).toContain('Message-ID: &lt;1@shop.example&gt;');
  expect(page.body).toMatch(/<iframe [^>]*sandbox="allow-popups[^"]*" src="\/inbox\/1\/html"/);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  const html = await shop.get('/inbox/1/html');
  expect(html.headers['content-security-policy']).toMatch(/sandbox allow-popups/);
  expect(html.headers['content-security-policy']).not.toMatch(/script-src|allow-scripts/);
  expect(html.body).toContain('<base target="_blank">');
  const source = await shop.get('/inbox/1/source');
  expect(source.headers['content-type']).toContain('text/plain');
  expect(source.body).toContain('onload=');
});

it('has no page of a mail that it does not keep', async () => {
  await using shop = await openShop();
  for (const path of ['/inbox/1', '/inbox/0x1', '/inbox/-1', '/inbox/1/html', '/inbox/1/source'])
    expect((await shop.get(path)).statusCode).toBe(404);
});

it('keeps the newest 200 mails', async () => {
  await using shop = await openShop();
  const mails = Array.from({ length: 203 }, (_, number) => [
    `Subject: mail ${number + 1}`,
    '',
    'x',
  ]);
  await send(shop.mailbox, ...mails);
  expect(shop.mailbox.list().map(({ id }) => id)).toEqual(
    Array.from({ length: 200 }, (_, index) => 203 - index),
  );
  expect((await shop.get('/inbox/3')).statusCode).toBe(404);
  expect((await shop.get('/inbox/4')).body).toContain('mail 4');
});
