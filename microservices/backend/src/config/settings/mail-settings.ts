import { Type } from 'typebox';
import { integer, optional } from './setting-types.ts';

/** Of mails to customers; the worker sends them. */
export const MAIL_SETTINGS = {
  SMTP_URL: Type.Optional(
    Type.String({
      description:
        'Mail server for mails to customers: `smtps://smtp.example:465`, or `smtp://smtp.example:587` with STARTTLS, ' +
        'which only a server on this machine need not have. Without it no mail is sent',
      pattern: '^smtps?://',
    }),
  ),
  SMTP_USERNAME: optional('Login at the mail server'),
  SMTP_PASSWORD: optional('Its password'),
  SMTP_PASSWORD_FILE: optional('A file with that password, instead'),
  SMTP_TIMEOUT_MS: integer('Longest time to hand a mail over, in ms', {
    default: 8000,
    minimum: 10,
    maximum: 300_000,
  }),
  MAIL_FROM: optional(
    'Who mails come from, such as `Shop <orders@shop.example>`; required with SMTP_URL. The name is the shop’s in mails',
  ),
  MAIL_REPLY_TO: optional('Where responses go; without it, mails invite nobody to respond'),
  SHOP_URL: Type.Optional(
    Type.String({
      description: 'The storefront’s address, for links in mails; required with SMTP_URL',
      pattern: '^https?://',
    }),
  ),
  SHOP_TIME_ZONE: Type.String({
    description: 'Time zone of the times in mails, such as Europe/Berlin',
    default: 'UTC',
    maxLength: 60,
  }),
};
