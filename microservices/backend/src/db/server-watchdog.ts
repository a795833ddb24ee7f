/**
 * A server that is gone without a word (its host lost, its packets dropped) leaves a statement
 * waiting for as long as TCP tries, a quarter of an hour. A statement may be slow all the same, so
 * after some silence the server is asked whether it is there, by the first message that every client
 * sends: it needs no login, takes none of max_connections, and a stopped server does not answer it.
 *
 * One connection can be silent while its server answers: a NAT has dropped the flow, or the server's process hangs in
 * the kernel, where it cannot enforce statement_timeout either. So a statement has a longest time in any case.
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Shares of the time within which a request is answered. */
const SILENCE = 3 / 8;
const PATIENCE = 5 / 8;
/** SSLRequest: the length of the message and 1234.5679. The answer is one byte, S or N. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

interface Statement {
  isFinished: boolean;
}

export interface Patience {
  /** Maximum silence of the server. */
  readonly waitMs: number;
  /** How long the server lets a statement run. */
  readonly statementTimeoutMs: number;
}

/**
 * Ends the connection, and so fails what runs on it, when the server does not answer any more, or has not ended the
 * statement in time.
 */
export async function withServerWatchdog<Value>(
  client: pg.ClientBase,
  running: Promise<Value>,
  patience: Patience,
): Promise<Value> {
  // Of each statement: an AbortController costs as much as a tenth of an addition.
  const statement: Statement = { isFinished: false };
  const timer = setTimeout(() => watch(client, patience, statement), patience.waitMs * SILENCE);
  try {
    return await running;
  } finally {
    clearTimeout(timer);
    statement.isFinished = true;
  }
}

async function watch(
  client: pg.ClientBase,
  { waitMs, statementTimeoutMs }: Patience,
  statement: Readonly<Statement>,
) {
  const lastAt = performance.now() + statementTimeoutMs + waitMs * PATIENCE;
  while (!statement.isFinished && client instanceof pg.Client) {
    const isThere = await isAnswering(client.host, client.port, waitMs * PATIENCE);
    if (statement.isFinished) return;
    // A connection that is busy is not closed by a word but by force.
    if (!isThere || performance.now() > lastAt) return void client.end().catch(() => {});
    await sleep(waitMs * SILENCE);
  }
}

/** By address: all that wait for one server ask once. */
const questions = new Map<string, Promise<boolean>>();

function isAnswering(host: string, port: number, withinMs: number): Promise<boolean> {
  const address = `${host}:${port}`;
  const question =
    questions.get(address) ?? ask(host, port, withinMs).finally(() => questions.delete(address));
  questions.set(address, question);
  return question;
}

function ask(host: string, port: number, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const isSocketFile = host.startsWith('/');
    const socket = isSocketFile ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    const timer = setTimeout(() => answer(false), withinMs);
    const answer = (isThere: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isThere);
    };
    socket.on('connect', () => socket.write(SSL_REQUEST));
    socket.on('data', () => answer(true));
    socket.on('error', () => answer(false));
    socket.on('end', () => answer(false));
  });
}
