import { createTransport } from 'nodemailer';
import type { SmtpServer } from '../../../config/settings/smtp-server.ts';

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** Of nodemailer: names are encoded by it, and nothing here may have a line break. */
export interface Mail {
  readonly from: Address;
  readonly replyTo: Address | null;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Without angle brackets. */
  readonly messageId: string;
  /** What mail programs group by. */
  readonly references: string;
  readonly date: Date;
  readonly language: string;
}

interface Address {
  readonly name: string;
  readonly address: string;
}

export type SendMail = (mail: Mail, signal: AbortSignal) => Promise<void>;

interface Options {
  readonly server: SmtpServer;
  readonly login: Login | null;
  readonly timeoutMs: number;
}

/**
 * One connection for each mail: a server that hangs holds up no other mail, and a mail that is given up leaves
 * nothing behind. Rejects with the errors of nodemailer.
 */
export function createMailer({ server, login, timeoutMs }: Options): SendMail {
  const { host, port, tls } = server;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: { minVersion: 'TLSv1.2' },
    // A server that offers no login would take nothing, or is not the one that is meant.
    ...(login ? { auth: { user: login.user, pass: login.password }, forceAuth: true } : {}),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // Mails are made of texts only: nothing is read from a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async ({ from, replyTo, to, ...mail }, signal) => {
    await transport.sendMail({
      from,
      ...(replyTo ? { replyTo } : {}),
      // An object, because a text would be parsed as a list.
      to: { name: '', address: to },
      envelope: { from: from.address, to: [to] },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: `<${mail.messageId}>`,
      references: `<${mail.references}>`,
      date: mail.date,
      headers: {
        // RFC 3834: no out-of-office notes, please.
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'All',
        'Content-Language': mail.language,
      },
      encoding: 'utf-8',
      textEncoding: 'quoted-printable',
      signal,
    });
  };
}
