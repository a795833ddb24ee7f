import type { Outcome } from '../../../events/sinks/sink.ts';

/** Commands whose refusal is about this mail: the others are about the settings, and pass when those are corrected. */
const ABOUT_THE_MAIL = /^(RCPT|DATA)/i;
const MAIL_ADDRESS = /[^\s<>()[\]:;,"']+@[^\s<>()[\]:;,"']+/g;

/**
 * RFC 5321, section 4.2.1: 4yz may be tried again, 5yz must not. A refused login, sender or greeting is tried again
 * whatever its code, because it is a fault of the settings or of the server and would lose all mails.
 */
export function outcomeOf(error: unknown): Outcome {
  const { code, command, responseCode, response, message } = Object(error);
  const reason = withoutAddresses(
    [command, code, typeof response === 'string' ? response : message].filter(Boolean).join(': '),
  );
  const isMail = typeof command === 'string' && ABOUT_THE_MAIL.test(command);
  if (isMail && responseCode >= 500 && responseCode < 600) return { kind: 'refused', reason };
  // An address that SMTP cannot have will not get better.
  if (code === 'EENVELOPE' && responseCode === undefined) return { kind: 'refused', reason };
  return { kind: 'failed', reason };
}

/** Servers repeat the recipient, who must not stand in a log. */
const withoutAddresses = (text: string): string => text.replaceAll(MAIL_ADDRESS, '(address)');
