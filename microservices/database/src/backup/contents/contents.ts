import type { Connection, Database } from '../../database/connection.ts';
import { unlessStopped } from '../backup-error.ts';
import type { Manifest, TableContent } from '../manifest.ts';
import * as queries from './contents.queries.ts';
import * as snapshots from './snapshot.queries.ts';

interface Reading {
  readonly database: Database;
  readonly tables: readonly queries.TableRow[];
  /** Read through this snapshot; undefined: as it is. */
  readonly snapshot: string | undefined;
  /** How many tables at once, each on a connection of its own. */
  readonly jobs: number;
  readonly stop: AbortSignal;
}

/** Counts and checksums of tables, by name. */
export async function readContents(reading: Reading): Promise<TableContent[]> {
  const { database, tables, snapshot, jobs, stop } = reading;
  const waiting = [...tables];
  const contents: TableContent[] = [];
  const work = async (connection: Connection) => {
    await queries.prepareReading(connection);
    await snapshots.beginReading(connection, snapshot);
    for (let table = waiting.shift(); table !== undefined; table = waiting.shift()) {
      const content = await unlessStopped(stop, queries.readContent(connection, table));
      contents.push({ schema: table.schema, name: table.name, ...content });
    }
  };
  const workers = Math.min(jobs, tables.length);
  await Promise.all(Array.from({ length: workers }, () => database.connect(work)));
  return contents.sort((a, b) => (labelOf(a) < labelOf(b) ? -1 : 1));
}

/** How a restored database differs from its manifest; nothing: it does not. */
export function compareContents({ tables }: Manifest, restored: readonly TableContent[]): string[] {
  const found = new Map(restored.map((table) => [labelOf(table), table]));
  const known = new Set(tables.map(labelOf));
  const differences = tables.flatMap((table) => {
    const label = labelOf(table);
    const there = found.get(label);
    if (there === undefined) return [`The table ${label} is missing.`];
    if (there.rows !== table.rows) {
      return [`The table ${label} has ${there.rows} rows, and the backup has ${table.rows}.`];
    }
    return there.checksum === table.checksum
      ? []
      : [`The rows of the table ${label} are not those of the backup: the checksums differ.`];
  });
  const surplus = [...found.keys()].filter((label) => !known.has(label));
  return [...differences, ...surplus.map((label) => `The table ${label} is not in the backup.`)];
}

export function labelOf({ schema, name }: { readonly schema: string; readonly name: string }) {
  return `${schema}.${name}`;
}
