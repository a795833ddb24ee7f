// A server and the databases on it.

import type { DatabaseSource } from '../../config/database-source.ts';
import { type Connection, Database } from '../../database/connection.ts';
import { readCredentials } from '../../database/credentials.ts';
import { codeOf, SQLSTATE } from '../../database/sqlstate.ts';

/** Where a connection goes that is about databases as wholes: there is one on every server. */
const MAINTENANCE = 'postgres';

export class Server {
  readonly #source: DatabaseSource;

  constructor(source: DatabaseSource) {
    this.#source = source;
  }

  /** The same server and login, another database. */
  async sourceOf(name: string): Promise<DatabaseSource> {
    const { url: text, tls } = this.#source;
    if (text !== undefined) {
      const url = new URL(text);
      url.pathname = encodeURIComponent(name);
      return { ...this.#source, url: url.href };
    }
    const { host, port, username, password, ca, options } = await readCredentials(this.#source);
    const login = [username, ...(password === undefined ? [] : [password])];
    const url = new URL(
      `postgres://${login.map(encodeURIComponent).join(':')}@-:${port}/${encodeURIComponent(name)}`,
    );
    url.searchParams.set('host', host);
    if (options !== undefined) url.searchParams.set('options', options);
    const mode = ca === undefined ? 'off' : 'verify-full';
    const nothing = { variables: {}, directory: undefined, secretArn: undefined };
    return { ...nothing, url: url.href, tls: { mode, caFile: tls.caFile } };
  }

  async database(name: string): Promise<Database> {
    return new Database(await this.sourceOf(name));
  }

  async maintain<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const maintenance = await this.database(MAINTENANCE);
    const reached = await maintenance
      .connect(async () => true)
      .catch((error: unknown) => {
        if (codeOf(error) === SQLSTATE.unknownDatabase) return false;
        throw error;
      });
    return (reached ? maintenance : new Database(this.#source)).connect(work);
  }
}

/** The name of the database if the text is a URL, else undefined. */
export function databaseIn(text: string): string | undefined {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  return decodeURIComponent(new URL(text).pathname.slice(1));
}
