import { withConnection } from '../database/connection.ts';
import { dumpSchema } from '../schema/dump.ts';
import { type ExitCode, printJson } from '../terminal.ts';
import type { Context } from './context.ts';

export async function runSchemaDump({ config, terminal, json }: Context): Promise<ExitCode> {
  const result = await withConnection(config.databaseUrl, dumpSchema);
  if (json) printJson(terminal, result);
  else if (result.ok) terminal.out(result.sql);
  else terminal.err(`The dump can not express: ${result.unsupported.join('; ')}.\n`);
  return result.ok ? 0 : 1;
}
