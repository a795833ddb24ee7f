// The pages of the inbox: a list, a mail with its parts, and the mail's own HTML in a frame that can do nothing.

import type { FastifyInstance, FastifyReply } from 'fastify';
import { escaped, mailPage, mailsPage } from './inbox-html.ts';
import type { KeptMail, Mailbox } from './mailbox.ts';

const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Whatever a mail contains: no script runs, nothing but pictures is loaded, and links open elsewhere. */
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

interface MailParams {
  readonly Params: { readonly id: string };
}

export function addInboxPages(app: FastifyInstance, mailbox: Mailbox): void {
  const find = (id: string): KeptMail | undefined =>
    /^\d{1,9}$/.test(id) ? mailbox.find(Number(id)) : undefined;
  const send = (reply: FastifyReply, policy: string, html: string) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .send(html);

  app.get('/inbox', (_request, reply) => send(reply, PAGE_POLICY, mailsPage(mailbox.list())));
  app.get<MailParams>('/inbox/:id', ({ params }, reply) => {
    const kept = find(params.id);
    return kept ? send(reply, PAGE_POLICY, mailPage(kept)) : missing(reply);
  });
  app.get<MailParams>('/inbox/:id/html', ({ params }, reply) => {
    const kept = find(params.id);
    return kept ? send(reply, MAIL_POLICY, framed(kept)) : missing(reply);
  });
  app.get<MailParams>('/inbox/:id/source', ({ params }, reply) => {
    const kept = find(params.id);
    if (!kept) return missing(reply);
    reply.header('x-content-type-options', 'nosniff');
    return reply.type('text/plain; charset=utf-8').send(kept.source);
  });
}

const missing = (reply: FastifyReply) =>
  reply.code(404).type('text/plain').send('The inbox has no such mail: it keeps the newest 200.\n');

/** Links open in a new tab, because the frame is too small for the shop. */
function framed({ mail }: KeptMail): string {
  const html = mail.html || `<pre>${escaped(mail.text ?? '')}</pre>`;
  const base = '<base target="_blank">';
  return html.includes('<head>') ? html.replace('<head>', `<head>${base}`) : base + html;
}
