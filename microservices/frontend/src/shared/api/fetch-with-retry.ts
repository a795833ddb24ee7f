/** As reads: a restart is over by then, and in a longer outage the shopper should soon be told. */
const ATTEMPTS = 2;
/** While the first of two requests is still worked on. */
const ATTEMPTS_IN_USE = 6;
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 2_000;
const KEY = 'Idempotency-Key';

/**
 * `fetch` for changes as well: each carries a key, so that one whose answer was lost can be asked for again
 * and is done once.
 */
export async function askAgain(request: Request): Promise<Response> {
  if (request.method === 'GET') return fetch(request);
  if (!request.headers.has(KEY)) request.headers.set(KEY, newKey());
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(request.clone()).catch((error: unknown) => {
      if (attempt >= ATTEMPTS || request.signal.aborted) throw error;
      return undefined;
    });
    if (answer && !(await isPassing(answer, attempt))) return answer;
    await wait(answer);
  }
}

/** 16 random bytes. `crypto.randomUUID` is there on secure origins only, and a shop may be tried on others. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

/** 504 is not: the payment provider was waited for, and the shopper decides whether to wait again. */
async function isPassing(answer: Response, attempt: number): Promise<boolean> {
  if (answer.status === 502 || answer.status === 503) return attempt < ATTEMPTS;
  if (answer.status !== 409 || attempt >= ATTEMPTS_IN_USE) return false;
  const problem: unknown = await answer
    .clone()
    .json()
    .catch(() => undefined);
  return (
    typeof problem === 'object' &&
    problem !== null &&
    'code' in problem &&
    problem.code === 'idempotency-key-in-use'
  );
}

function wait(answer: Response | undefined): Promise<void> {
  const seconds = Number(answer?.headers.get('Retry-After') ?? Number.NaN);
  const ms = seconds >= 0 ? Math.min(seconds * 1000, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
  return new Promise((done) => {
    setTimeout(done, ms);
  });
}
