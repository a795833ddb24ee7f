// Shared by all commands. Each command has its own file; main.ts registers them.

import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../config/config.ts';
import type { Database } from '../database/connection.ts';
import type { ExitCode, Terminal } from '../terminal.ts';

export interface CommonOptions {
  readonly databaseUrl?: string;
  readonly json?: boolean;
}

export type StopSignal = () => AbortSignal;

/** The dependencies of a command. */
export interface Context {
  readonly config: Config;
  readonly database: Database;
  readonly terminal: Terminal;
  readonly json: boolean;
  /**
   * Called by commands that can stop gracefully; SIGINT and SIGTERM abort the signal. They end any other
   * command immediately, and the server rolls back what was not committed.
   */
  readonly stopSignal: StopSignal;
}

/** Calls `work` with its context and sets the exit code of the program. */
export type Run = (
  options: CommonOptions,
  work: (context: Context) => Promise<ExitCode>,
) => Promise<void>;

export type AddCommand = (program: Command, run: Run) => void;

const HELP = `
Exit codes: 0 done, 1 the work failed, 2 wrong usage.
Environment, any one of:
  DATABASE_URL                postgres://USER:PASSWORD@HOST:5432/DATABASE
  DATABASE_CREDENTIALS_DIR    a directory with the files host, port, database, username, password
  DATABASE_SECRET_ARN         a secret in AWS Secrets Manager, as RDS keeps it
  DATABASE_HOST, _PORT, _DATABASE, _USERNAME, _PASSWORD
                              for what a directory or a secret does not contain, or all of it
and
  DATABASE_TLS                verify-full or off (default: off on this machine, else verify-full)
  DATABASE_CA_FILE            CA certificates (default: the sslrootcert of the URL, else those of
                              Amazon RDS and Node.js)
  CURRENCY                    of the prices that import-catalog reads (default: USD)
`;

/** Adds a command with the options of all commands. */
export function addCommand(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('--database-url <url>', 'the database (default: see below)')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP);
}

export function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 to 999999.');
}
