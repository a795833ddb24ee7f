// The statements of a file that is marked "concurrently". Each commits for itself, so that a run that
// is killed leaves some of them done, and perhaps one half done: all of them must bear repeating.

import { hasWord, type Statement } from './files/statements.ts';

export type Repeatable =
  | {
      readonly kind: 'create index';
      readonly index: string;
      readonly table: string;
      readonly unique: boolean;
      /** What comes after the table: `using gin (search) where …`. */
      readonly definition: string;
    }
  | { readonly kind: 'reindex'; readonly index: string }
  | { readonly kind: 'other' };

/** As they are written in SQL, with their quotes. */
const NAME = String.raw`(?:"(?:""|[^"])+"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
/** Only the schema public is ours. */
const QUALIFIED = String.raw`(?:public\s*\.\s*)?${NAME}`;

const pattern = (source: string) => new RegExp(`^${source.replaceAll(' ', String.raw`\s+`)}`, 'is');
const CREATE = pattern(
  `create (?<unique>unique )?index concurrently (?<index>${NAME}) ` +
    String.raw`on (?<table>${QUALIFIED})\s*(?<definition>(?:using\b|\().*)$`,
);
const REINDEX = pattern(`reindex index concurrently (?<index>${QUALIFIED})$`);
const DROP = pattern(`drop index concurrently if exists ${QUALIFIED}$`);
const VALIDATE = pattern(`alter table (?:only )?${QUALIFIED} validate constraint ${NAME}$`);

const FORMS = [
  'create [unique] index concurrently NAME on TABLE …',
  'drop index concurrently if exists NAME',
  'reindex index concurrently NAME',
  'alter table TABLE validate constraint NAME',
];

/**
 * "if not exists" would be content with an index that is not valid, or with another of that name; the
 * runner itself looks what is there.
 */
export const REPEATABLE_FORMS = `${FORMS.join('; ')} (without "if not exists")`;

/** undefined: not known to bear repeating. */
export function parseRepeatable({ text }: Statement): Repeatable | undefined {
  const created = CREATE.exec(text)?.groups;
  if (created !== undefined) {
    const { index = '', table = '', unique, definition = '' } = created;
    return { kind: 'create index', index, table, unique: unique !== undefined, definition };
  }
  const index = REINDEX.exec(text)?.groups?.index;
  if (index !== undefined) return { kind: 'reindex', index };
  return DROP.test(text) || VALIDATE.test(text) ? { kind: 'other' } : undefined;
}

/** PostgreSQL refuses it in a transaction. Refreshing a view concurrently is another matter. */
export function needsNoTransaction(statement: Statement): boolean {
  return hasWord(statement, 'concurrently') && !/^refresh\b/i.test(statement.text);
}
