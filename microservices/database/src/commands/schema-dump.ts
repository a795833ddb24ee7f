import { dumpSchema } from '../schema/dump.ts';
import { type ExitCode, printJson } from '../terminal.ts';
import { type AddCommand, addCommand, type CommonOptions, type Context } from './command.ts';

export const addSchemaDump: AddCommand = (program, run) => {
  const schema = program.command('schema').description('read the live schema');
  addCommand(schema, 'dump', 'print the live schema as SQL that recreates it').action(
    (options: CommonOptions) => run(options, runSchemaDump),
  );
};

async function runSchemaDump({ database, terminal, json }: Context): Promise<ExitCode> {
  const result = await database.connect(dumpSchema);
  if (json) printJson(terminal, result);
  else if (result.ok) terminal.out(result.sql);
  else terminal.err(`The dump cannot express: ${result.unsupported.join('; ')}.\n`);
  return result.ok ? 0 : 1;
}
