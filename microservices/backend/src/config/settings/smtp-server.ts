/** A mail server, from SMTP_URL. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `implicit`: from the first byte (smtps). `starttls`: required after the greeting. `none`: on this machine. */
  readonly tls: 'implicit' | 'starttls' | 'none';
}

/** RFC 8314: submission with implicit TLS, and with STARTTLS. */
const PORTS = { 'smtps:': 465, 'smtp:': 587 } as const;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

/** @param address an SMTP_URL without problems */
export function smtpServerOf(address: string): SmtpServer {
  const { protocol, hostname, port } = new URL(address);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isImplicit = protocol === 'smtps:';
  const tls = isImplicit ? 'implicit' : LOOPBACK.has(host.toLowerCase()) ? 'none' : 'starttls';
  return { host, port: Number(port || PORTS[isImplicit ? 'smtps:' : 'smtp:']), tls };
}
