import { type Credentials, databaseProblems, toCredentials } from '../config/credentials.ts';
import type { Environment } from '../config/env.ts';
import { readSecretFiles } from '../config/secret-files.ts';
import { withAuthorities } from './ca-certificates.ts';

/** The credentials of the environment, with the CA certificates to trust. */
export async function openCredentials(
  credentials: Credentials,
  environment: Environment,
): Promise<CredentialStore> {
  return new CredentialStore(await withAuthorities(credentials), async () => {
    const files = await readSecretFiles(environment);
    const [problem] = [...files.problems, ...databaseProblems(environment, files)];
    if (problem !== undefined) throw new Error(problem);
    return withAuthorities(toCredentials(environment, files));
  });
}

/** The credentials that new connections use; they may be rotated while the process runs. */
export class CredentialStore {
  #current: Credentials;
  readonly #read: () => Promise<Credentials>;
  #reading: Promise<void> | undefined;

  /** @param read reads them anew, wherever they come from */
  constructor(current: Credentials, read: () => Promise<Credentials> = async () => current) {
    this.#current = current;
    this.#read = read;
  }

  get current(): Credentials {
    return this.#current;
  }

  /** Whether others than those that were refused are there now. Calls at the same time read once. */
  async renew(refused: Credentials): Promise<boolean> {
    if (this.#current === refused) {
      this.#reading ??= this.#read()
        .then((fresh) => {
          if (JSON.stringify(fresh) !== JSON.stringify(this.#current)) this.#current = fresh;
        })
        .finally(() => {
          this.#reading = undefined;
        });
      await this.#reading;
    }
    return this.#current !== refused;
  }
}
