// The statements that a file marked "concurrently" can contain. Each commits by itself, so a killed run
// leaves some of them done and perhaps one half done: all of them must be repeatable.

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

/** A name as in SQL, with its quotes. */
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
 * Without "if not exists", which would accept an invalid index, or another one of that name: the runner
 * checks what exists.
 */
export const REPEATABLE_FORMS = `${FORMS.join('; ')} (without "if not exists")`;

/** Returns undefined if the statement is not known to be repeatable. */
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

/** PostgreSQL refuses these in a transaction, except for REFRESH MATERIALIZED VIEW CONCURRENTLY. */
export function needsNoTransaction(statement: Statement): boolean {
  return hasWord(statement, 'concurrently') && !/^refresh\b/i.test(statement.text);
}
