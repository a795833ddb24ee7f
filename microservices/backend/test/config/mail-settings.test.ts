import { describe, expect, it } from 'vitest';
import { toConfig } from '../../src/config/config.ts';
import { EnvironmentError, readEnvironment } from '../../src/config/read-environment.ts';
import { NO_FILES } from '../../src/config/secret-files.ts';
import { toSecrets } from '../../src/config/secrets.ts';
import { mailboxOf } from '../../src/config/settings/mailbox.ts';

const OTHERS = { DATABASE_URL: 'postgres://localhost/db', GUEST_TOKEN_SECRET: 'x'.repeat(32) };
const GOOD = {
  SMTP_URL: 'smtps://smtp.example',
  MAIL_FROM: 'Shop <orders@shop.example>',
  SHOP_URL: 'https://shop.example/',
};

const read = (changes: Record<string, string> = {}, files = NO_FILES) =>
  readEnvironment({ ...OTHERS, ...GOOD, ...changes }, files);

function problems(changes: Record<string, string>, files = NO_FILES): string {
  try {
    read(changes, files);
    return '';
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
}

describe('the settings of mail', () => {
  it('are not needed', () => {
    expect(toConfig(readEnvironment(OTHERS)).mail).toBeNull();
  });

  it('become a configuration', () => {
    expect(toConfig(read()).mail).toEqual({
      server: { host: 'smtp.example', port: 465, tls: 'implicit' },
      timeoutMs: 8000,
      from: { name: 'Shop', address: 'orders@shop.example' },
      replyTo: null,
      shop: { name: 'Shop', url: 'https://shop.example', timeZone: 'UTC', canReply: false },
    });
  });

  it.each([
    ['smtps://smtp.example', 465, 'implicit'],
    ['smtps://localhost:2465', 2465, 'implicit'],
    ['smtp://smtp.example', 587, 'starttls'],
    ['smtp://10.0.0.5:25', 25, 'starttls'],
    ['smtp://localhost:1025', 1025, 'none'],
    ['smtp://127.0.0.1:1025', 1025, 'none'],
    ['smtp://[::1]:1025', 1025, 'none'],
    ['smtp://localhost.evil.example', 587, 'starttls'],
  ])('%s is port %d with TLS "%s"', (SMTP_URL, port, tls) => {
    expect(toConfig(read({ SMTP_URL })).mail?.server).toMatchObject({ port, tls });
  });

  it('need the key of links to orders, which the API opens', () => {
    expect(problems({ CARTHUB_AUTH: 'off', GUEST_TOKEN_SECRET: '' })).toMatch(
      /ORDER_LINK_SECRET \(or GUEST_TOKEN_SECRET\) is required with SMTP_URL/,
    );
    const files = { ...NO_FILES, orderLinkSecret: 'y'.repeat(32) };
    const inFile = { ORDER_LINK_SECRET_FILE: '/run/secret', GUEST_TOKEN_SECRET: '' };
    expect(problems({ CARTHUB_AUTH: 'off', ...inFile }, files)).toBe('');
  });

  it('take the password from a file', () => {
    const files = { ...NO_FILES, smtpPassword: 's3cret' };
    const environment = read({ SMTP_USERNAME: 'shop', SMTP_PASSWORD_FILE: '/run/secret' }, files);
    expect(toSecrets(environment, files).smtpLogin).toEqual({ user: 'shop', password: 's3cret' });
  });

  it.each([
    [{ SMTP_URL: 'http://smtp.example' }, 'SMTP_URL cannot be used: give smtps://HOST:465'],
    [{ SMTP_URL: 'smtp://user:s3cret@smtp.example' }, 'has a user or a password'],
    [{ SMTP_URL: 'smtp://smtp.example/?tls=off' }, 'more than a host and a port'],
    [{ SMTP_URL: 'smtp://' }, 'SMTP_URL'],
    [{ SMTP_URL: 'smtp://smtp.example:0' }, 'no port'],
    [{ MAIL_FROM: '' }, 'MAIL_FROM is required with SMTP_URL'],
    [{ MAIL_FROM: 'Shop' }, 'MAIL_FROM is no mailbox'],
    [{ MAIL_FROM: 'a@b.example, c@d.example' }, 'MAIL_FROM is no mailbox'],
    [{ MAIL_REPLY_TO: 'Help help@shop.example' }, 'MAIL_REPLY_TO is no mailbox'],
    [{ SHOP_URL: '' }, 'SHOP_URL is required with SMTP_URL'],
    [{ SHOP_URL: 'shop.example' }, 'SHOP_URL is "shop.example"'],
    [{ SHOP_URL: 'https://shop.example/?a=1' }, 'SHOP_URL has more'],
    [{ SHOP_TIME_ZONE: 'Mars/Olympus' }, 'SHOP_TIME_ZONE is no time zone'],
    [{ SMTP_USERNAME: 'shop' }, 'SMTP_USERNAME needs SMTP_PASSWORD'],
    [{ SMTP_PASSWORD: 's3cret' }, 'SMTP_USERNAME needs SMTP_PASSWORD'],
    [{ SMTP_USERNAME: 'a', SMTP_PASSWORD: 's3cret', SMTP_PASSWORD_FILE: '/x' }, 'keep one'],
    [{ SMTP_URL: '', SMTP_USERNAME: 'a', SMTP_PASSWORD: 's3cret' }, 'no effect without SMTP_URL'],
    [{ SMTP_TIMEOUT_MS: '0' }, 'SMTP_TIMEOUT_MS'],
  ])('are refused: %o', (changes: Record<string, string>, sentence) => {
    expect(problems(changes)).toContain(sentence);
    expect(problems(changes)).not.toContain('s3cret');
  });
});

it.each([
  ['orders@shop.example', { name: '', address: 'orders@shop.example' }],
  [' Café «É» <o@shop.example> ', { name: 'Café «É»', address: 'o@shop.example' }],
  ['Mugs & More <o@shop.example>', { name: 'Mugs & More', address: 'o@shop.example' }],
  ['a\r\nBcc: b@c.example <o@shop.example>', undefined],
  ['<o@shop.example', undefined],
  ['o@shop.example>', undefined],
  ['o@', undefined],
  ['"x" <o@shop.example>', undefined],
])('the mailbox of %j', (text, mailbox) => {
  expect(mailboxOf(text)).toEqual(mailbox);
});
