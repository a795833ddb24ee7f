// A real SMTP server that takes mails, or fails in the ways of real ones.

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { generate } from 'selfsigned';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A response such as 451 or 550, in place of the server's own. */
export class Refusal extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

interface ReceivedMail {
  readonly raw: string;
  readonly mail: ParsedMail;
  readonly recipient: string;
  readonly sender: string;
  readonly isEncrypted: boolean;
  readonly user: string | undefined;
}

interface Behavior {
  /** Each may throw a Refusal. */
  readonly onSender?: (address: string) => void;
  readonly onRecipient?: (address: string) => void;
  /** Before the mail is read. */
  readonly onMail?: () => void;
  /** After the mail has been kept: its sender may never hear of it. */
  readonly onKept?: () => void;
  /** Before the greeting. */
  readonly lateMs?: number;
  readonly login?: { readonly user: string; readonly password: string };
  readonly tls?: 'implicit' | 'starttls';
}

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** In PEM form; of the server's certificate for "localhost". */
  readonly caCertificate: string;
  readonly received: readonly ReceivedMail[];
}

export async function startMailServer(behavior: Behavior = {}): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const pems = behavior.tls ? await certificate() : { cert: '', private: '' };
  const server = new SMTPServer({
    ...optionsOf(behavior, received),
    ...(behavior.tls ? { cert: pems.cert, key: pems.private } : {}),
  });
  // Clients that give up are what the tests are about.
  server.on('error', () => {});
  // Also at 127.0.0.2, which is no name of this machine to the settings.
  server.listen(0, '0.0.0.0');
  await once(server.server, 'listening');
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    caCertificate: pems.cert,
    received,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function optionsOf(behavior: Behavior, received: ReceivedMail[]): SMTPServerOptions {
  const { onSender, onRecipient, onMail, onKept, login, lateMs = 0, tls } = behavior;
  return {
    secure: tls === 'implicit',
    hideSTARTTLS: tls !== 'starttls',
    disabledCommands: tls === 'starttls' ? [] : ['STARTTLS'],
    authOptional: !login,
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect: (_session, done) => void sleep(lateMs).then(() => done()),
    onAuth: ({ username, password }, _session, done) => {
      if (username === login?.user && password === login?.password) done(null, { user: username });
      else done(new Refusal(535, 'authentication failed'));
    },
    onMailFrom: ({ address }, _session, done) => done(refusalOf(() => onSender?.(address))),
    onRcptTo: ({ address }, _session, done) => done(refusalOf(() => onRecipient?.(address))),
    onData: async (stream, session, done) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      const refusal = refusalOf(() => onMail?.());
      if (refusal) return done(refusal);
      const raw = Buffer.concat(chunks).toString();
      const { mailFrom, rcptTo } = session.envelope;
      received.push({
        raw,
        mail: await simpleParser(raw),
        recipient: rcptTo.map(({ address }) => address).join(),
        sender: mailFrom ? mailFrom.address : '',
        isEncrypted: session.secure,
        user: typeof session.user === 'string' ? session.user : undefined,
      });
      return done(refusalOf(() => onKept?.()));
    },
  };
}

function refusalOf(attempt: () => void): Error | null {
  try {
    attempt();
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const certificate = () =>
  generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
