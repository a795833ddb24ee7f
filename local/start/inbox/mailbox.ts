// An SMTP server that sends nothing on: it keeps the newest mails, for people to look at.

import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface KeptMail {
  /** Counted from 1. */
  readonly id: number;
  readonly mail: ParsedMail;
  readonly recipients: readonly string[];
  readonly receivedAt: Date;
  readonly source: string;
}

export interface Mailbox extends AsyncDisposable {
  /** For SMTP_URL. */
  readonly url: string;
  /** Newest first. */
  list(): readonly KeptMail[];
  find(id: number): KeptMail | undefined;
}

const MAX_MAILS = 200;
const MAX_MAIL_BYTES = 10 * 1024 * 1024;
/** Nobody needs to reach it but the worker. */
const HOST = '127.0.0.1';

export async function openMailbox(): Promise<Mailbox> {
  const mails: KeptMail[] = [];
  let lastId = 0;
  const keep = async (stream: Readable, recipients: readonly string[]) => {
    const source = await sourceOf(stream);
    const mail = await simpleParser(source);
    lastId += 1;
    mails.unshift({ id: lastId, mail, recipients, receivedAt: new Date(), source });
    mails.splice(MAX_MAILS);
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    closeTimeout: 500,
    onData: (stream, { envelope }, done) => {
      const recipients = envelope.rcptTo.map(({ address }) => address);
      keep(stream, recipients).then(() => done(), done);
    },
  });
  // A client that has gone away is nobody's concern here.
  server.on('error', () => {});
  server.listen(0, HOST);
  await once(server.server, 'listening');
  const { port } = Object(server.server.address());
  return {
    url: `smtp://${HOST}:${port}`,
    list: () => mails,
    find: (id) => mails.find((mail) => mail.id === id),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function sourceOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
