import type { Environment } from '../env.ts';
import type { SecretFiles } from '../secret-files.ts';
import { mailboxOf } from './mailbox.ts';

/** What the settings of mail must be together. */
export function mailProblems(
  environment: Partial<Environment>,
  { smtpPassword, orderLinkSecret, guestTokenSecret }: SecretFiles,
): string[] {
  const { SMTP_URL: url, SMTP_USERNAME: user, MAIL_FROM: from, SHOP_URL: shop } = environment;
  const { SMTP_PASSWORD: password, SMTP_PASSWORD_FILE: file } = environment;
  const problems: string[] = [];
  for (const name of ['MAIL_FROM', 'MAIL_REPLY_TO'] as const) {
    const text = environment[name];
    if (text && !mailboxOf(text))
      problems.push(`${name} is no mailbox: give one such as Shop <orders@shop.example>`);
  }
  if (password && file)
    problems.push('SMTP_PASSWORD and SMTP_PASSWORD_FILE are both set: keep one');
  const hasPassword = Boolean(password || file);
  if (file && smtpPassword?.trim() === '') problems.push('SMTP_PASSWORD_FILE is empty');
  if (Boolean(user) !== hasPassword)
    problems.push('SMTP_USERNAME needs SMTP_PASSWORD or SMTP_PASSWORD_FILE, and they need it');
  if (environment.SHOP_TIME_ZONE && !isTimeZone(environment.SHOP_TIME_ZONE))
    problems.push('SHOP_TIME_ZONE is no time zone: give one such as Europe/Berlin');
  if (shop && /^https?:/.test(shop)) problems.push(...shopProblems(shop, environment.ENVIRONMENT));
  if (!url) {
    if (user) problems.push('SMTP_USERNAME has no effect without SMTP_URL');
    return problems;
  }
  if (!from) problems.push('MAIL_FROM is required with SMTP_URL');
  if (!shop) problems.push('SHOP_URL is required with SMTP_URL');
  const { ORDER_LINK_SECRET, GUEST_TOKEN_SECRET } = environment;
  // Without one, each process has a key of its own, and the API opens no link of the worker.
  if (!(ORDER_LINK_SECRET ?? orderLinkSecret ?? GUEST_TOKEN_SECRET ?? guestTokenSecret))
    problems.push(
      'ORDER_LINK_SECRET (or GUEST_TOKEN_SECRET) is required with SMTP_URL: it signs links to orders',
    );
  if (/^smtps?:\/\//.test(url)) problems.push(...serverProblems(url));
  return problems;
}

function shopProblems(shop: string, environment: string | undefined): string[] {
  if (!URL.canParse(shop)) return ['SHOP_URL is no address'];
  const { protocol, username, search, hash } = new URL(shop);
  const problems: string[] = [];
  if (username || search || hash)
    problems.push(
      'SHOP_URL has more than an address and a path: give such as https://shop.example',
    );
  if (protocol === 'http:' && environment === 'production')
    problems.push('SHOP_URL begins with http: production needs https');
  return problems;
}

/** Never repeats the URL: people write passwords into it. */
function serverProblems(url: string): string[] {
  if (!URL.canParse(url)) return ['SMTP_URL is no address'];
  const { hostname, port, pathname, search, hash, username, password } = new URL(url);
  const problems: string[] = [];
  if (!hostname) problems.push('SMTP_URL names no host');
  if (port === '0') problems.push('SMTP_URL names no port from 1 to 65535');
  if (username || password)
    problems.push('SMTP_URL has a user or a password: use SMTP_USERNAME and SMTP_PASSWORD_FILE');
  if (!['', '/'].includes(pathname) || search || hash)
    problems.push('SMTP_URL has more than a host and a port: TLS follows from smtps: or smtp:');
  return problems;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
