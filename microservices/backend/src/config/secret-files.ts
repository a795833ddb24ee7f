import {
  type Parts,
  partsFromDirectory,
  readSecretFile,
  toConnectionParameters,
  urlProblems,
} from './connection-parameters.ts';

/** The content of the files that variables name. */
export interface SecretFiles {
  readonly guestTokenSecret: string | undefined;
  readonly webhookSecret: string | undefined;
  readonly orderLinkSecret: string | undefined;
  readonly stripeSecretKey: string | undefined;
  readonly stripeWebhookSecret: string | undefined;
  readonly smtpPassword: string | undefined;
  /** From DATABASE_CREDENTIALS_DIR. */
  readonly parts: Parts;
  /** From DATABASE_CA_FILE, or from the file that `sslrootcert` in DATABASE_URL names, in PEM form. */
  readonly caCertificates: string | undefined;
  readonly problems: readonly string[];
}

export const NO_FILES: SecretFiles = {
  guestTokenSecret: undefined,
  webhookSecret: undefined,
  orderLinkSecret: undefined,
  stripeSecretKey: undefined,
  stripeWebhookSecret: undefined,
  smtpPassword: undefined,
  parts: {},
  caCertificates: undefined,
  problems: [],
};

type Variables = Readonly<Record<string, string | number | undefined>>;

/** Reads the files again at each call: a Secrets Store CSI driver replaces them when a secret is rotated. */
export async function readSecretFiles(variables: Variables): Promise<SecretFiles> {
  const problems: string[] = [];
  const report = (name: string, error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    problems.push(`${name} cannot be read (${code})`);
  };
  const given = (name: string) => variables[name]?.toString().trim();
  const content = async (name: string, path = given(name)): Promise<string | undefined> => {
    if (!path) return undefined;
    return readSecretFile(path).catch((error: unknown) => {
      report(name, error);
      return undefined;
    });
  };
  const directory = given('DATABASE_CREDENTIALS_DIR');
  const parts = directory
    ? await partsFromDirectory(directory, (part, error) =>
        report(`DATABASE_CREDENTIALS_DIR: ${part}`, error),
      )
    : {};
  return {
    parts,
    guestTokenSecret: await content('GUEST_TOKEN_SECRET_FILE'),
    webhookSecret: await content('WEBHOOK_SECRET_FILE'),
    orderLinkSecret: await content('ORDER_LINK_SECRET_FILE'),
    stripeSecretKey: await content('STRIPE_SECRET_KEY_FILE'),
    stripeWebhookSecret: await content('STRIPE_WEBHOOK_SECRET_FILE'),
    smtpPassword: await content('SMTP_PASSWORD_FILE'),
    caCertificates:
      (await content('DATABASE_CA_FILE')) ??
      (await content('DATABASE_URL: sslrootcert', rootCertificateOf(variables))),
    problems,
  };
}

/** The file that `sslrootcert` names, if DATABASE_CA_FILE is absent and the connection uses TLS. */
function rootCertificateOf(variables: Variables): string | undefined {
  const { DATABASE_URL: url, DATABASE_TLS: tls, DATABASE_CA_FILE: caFile } = variables;
  if (caFile?.toString().trim() || typeof url !== 'string' || urlProblems(url).length > 0)
    return undefined;
  const mode = tls?.toString().trim();
  const tlsMode = mode === 'verify-full' || mode === 'off' ? mode : undefined;
  return toConnectionParameters({ url: new URL(url), parts: {}, tlsMode, caFile: undefined })
    .caFile;
}
