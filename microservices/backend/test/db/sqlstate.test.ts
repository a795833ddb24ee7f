import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { connectionAfter, databaseProblem } from '../../src/db/database-errors.ts';
import { codeOf, reactionTo } from '../../src/db/sqlstate.ts';

function errorOf(code: string, severity = 'ERROR') {
  const error = new pg.DatabaseError('made up', 0, 'error');
  return Object.assign(error, { code, severity });
}

/** What the caller hears, what becomes of the connection, whether the work runs again, whether it surely failed. */
const heardFor = (code: string) => {
  const error = errorOf(code);
  const problem = databaseProblem(error);
  const { retry, isCertain, isReady } = reactionTo(error) ?? {};
  return [
    problem?.code ?? 'internal',
    problem?.retryAfterSeconds ?? 0,
    connectionAfter(error),
    retry,
    isCertain ? 'certain' : 'uncertain',
    isReady ? 'ready' : 'not ready',
  ].join(', ');
};

describe('each state', () => {
  it.each([
    ['08000', 'database-unavailable, 1, dropped, never, uncertain, not ready'],
    ['08006', 'database-unavailable, 1, dropped, never, uncertain, not ready'],
    ['08007', 'database-unavailable, 1, dropped, never, uncertain, not ready'],
    ['08P01', 'database-unavailable, 1, dropped, never, uncertain, not ready'],
    ['0A000', 'internal, 0, all dropped, at once, certain, not ready'],
    ['22003', 'internal, 0, kept, never, certain, not ready'],
    ['22021', 'internal, 0, kept, never, certain, not ready'],
    ['23505', 'internal, 0, kept, never, certain, not ready'],
    ['23514', 'internal, 0, kept, never, certain, not ready'],
    ['25006', 'database-read-only, 5, all dropped, never, certain, not ready'],
    ['25P03', 'database-busy, 2, dropped, never, certain, ready'],
    ['26000', 'internal, 0, all dropped, at once, certain, not ready'],
    ['28000', 'database-unavailable, 1, dropped, never, certain, not ready'],
    ['28P01', 'database-unavailable, 1, dropped, never, certain, not ready'],
    ['3D000', 'database-unavailable, 1, dropped, never, certain, not ready'],
    ['40001', 'database-busy, 2, kept, at once, certain, ready'],
    ['40003', 'database-unavailable, 1, dropped, never, uncertain, not ready'],
    ['40P01', 'database-busy, 2, kept, at once, certain, ready'],
    ['3F000', 'schema-too-old, 5, kept, never, certain, not ready'],
    ['42501', 'database-unavailable, 1, dropped, never, certain, not ready'],
    ['42601', 'internal, 0, kept, never, certain, not ready'],
    ['42703', 'schema-too-old, 5, kept, never, certain, not ready'],
    ['42704', 'schema-too-old, 5, kept, never, certain, not ready'],
    ['42804', 'schema-too-old, 5, kept, never, certain, not ready'],
    ['42883', 'schema-too-old, 5, kept, never, certain, not ready'],
    ['42P01', 'schema-too-old, 5, kept, never, certain, not ready'],
    ['42P05', 'internal, 0, all dropped, at once, certain, not ready'],
    ['53000', 'database-busy, 5, kept, never, certain, not ready'],
    ['53100', 'database-busy, 5, kept, never, certain, not ready'],
    ['53200', 'database-busy, 5, kept, never, certain, not ready'],
    ['53300', 'database-unavailable, 1, dropped, never, certain, not ready'],
    ['53400', 'database-busy, 5, kept, never, certain, not ready'],
    ['55000', 'database-unavailable, 1, dropped, never, certain, not ready'],
    ['55006', 'database-unavailable, 1, dropped, never, certain, not ready'],
    ['55P03', 'database-busy, 2, kept, after a pause, certain, ready'],
    ['57014', 'database-busy, 2, kept, never, certain, ready'],
    ['57P01', 'database-unavailable, 1, dropped, never, uncertain, not ready'],
    ['57P02', 'database-unavailable, 1, dropped, never, uncertain, not ready'],
    ['57P03', 'database-unavailable, 1, dropped, never, certain, not ready'],
    ['57P04', 'database-unavailable, 1, dropped, never, uncertain, not ready'],
    ['57P05', 'database-unavailable, 1, dropped, never, uncertain, not ready'],
    ['58030', 'database-unavailable, 5, dropped, never, certain, not ready'],
    ['P0001', 'internal, 0, kept, never, certain, not ready'],
    ['XX000', 'internal, 0, kept, never, certain, not ready'],
  ])('%s: %s', (code, heard) => {
    expect(heardFor(code)).toBe(heard);
  });

  it('ends the connection if its error was fatal', () => {
    expect(connectionAfter(errorOf('XX000', 'FATAL'))).toBe('dropped');
    expect(connectionAfter(errorOf('25006', 'FATAL'))).toBe('all dropped');
  });
});

it('a code of Node.js is not taken for a SQLSTATE', () => {
  for (const code of ['EPIPE', 'EPERM', 'ECONNRESET', '', 'ERR_TLS_CERT_ALTNAME_INVALID']) {
    const error = Object.assign(new Error(''), { code });
    expect(codeOf(error)).toBe(code);
    expect(reactionTo(error)).toBeUndefined();
  }
});
