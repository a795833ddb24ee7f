import type { QueryClient } from '@tanstack/react-query';
import { ApiError, hasCode } from '../../shared/api/api-error.ts';
import { setBearerToken } from '../../shared/api/bearer.ts';
import { api } from '../../shared/api/client.ts';
import { readBody } from '../../shared/api/read-body.ts';
import { CART } from '../../shared/api/shapes.ts';
import type { Session } from '../../shared/api/types.ts';
import type { CallOptions, CarryOver, SessionReplacement } from '../../shared/session-context.ts';
import { createSession, sessionQuery } from './api/create-session.ts';

/** Keeps the session of one page: opens it, renews it when it is refused, and replaces it when it must. */
export class SessionKeeper {
  readonly #queryClient: QueryClient;
  readonly #onReplaced: (replacement: SessionReplacement) => void;
  readonly #carryOvers = new Set<CarryOver>();
  #renewal: Promise<Session> | undefined;

  constructor(queryClient: QueryClient, onReplaced: (replacement: SessionReplacement) => void) {
    this.#queryClient = queryClient;
    this.#onReplaced = onReplaced;
  }

  onReplace(carryOver: CarryOver): () => void {
    this.#carryOvers.add(carryOver);
    return () => this.#carryOvers.delete(carryOver);
  }

  async asCustomer<Result>(
    call: (customerId: string) => Promise<Result>,
    { repeat = 'any-customer' }: CallOptions = {},
  ): Promise<Result> {
    const session = await this.#queryClient.ensureQueryData(sessionQuery);
    try {
      return await call(session.customer_id);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      const renewed = await this.#renew(session);
      if (renewed.customer_id !== session.customer_id && repeat === 'same-customer') {
        const { status } = error;
        throw new ApiError({ status, code: 'session-replaced', detail: 'another customer' });
      }
      return call(renewed.customer_id);
    }
  }

  /** Several calls can be refused at once: the first renews the session, the others wait for it. */
  #renew(expired: Session): Promise<Session> {
    const current = this.#queryClient.getQueryData(sessionQuery.queryKey);
    if (current && current !== expired) return Promise.resolve(current);
    this.#renewal ??= this.#openNext(expired).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  /** The page learns of another customer when its cart is in place. */
  async #openNext(expired: Session): Promise<Session> {
    const session = await createSession();
    const isReplaced = session.customer_id !== expired.customer_id;
    const isComplete = isReplaced ? await this.#carryOver(expired, session) : undefined;
    this.#queryClient.setQueryData(sessionQuery.queryKey, session);
    if (isReplaced) invalidateCustomerData(this.#queryClient);
    if (isComplete !== undefined) this.#onReplaced({ isComplete });
    return session;
  }

  async #carryOver(expired: Session, session: Session): Promise<boolean | undefined> {
    if (!(await isAccepted(session))) setBearerToken(session.token);
    const moves = [...this.#carryOvers].map((move) =>
      move(expired.customer_id, session.customer_id).catch(() => false),
    );
    const results = (await Promise.all(moves)).filter((result) => result !== undefined);
    return results.length === 0 ? undefined : results.every(Boolean);
  }
}

/** Whether the new session's cookie comes back. If not, the browser keeps none. */
async function isAccepted({ customer_id }: Session): Promise<boolean> {
  const request = api.GET('/api/v1/cart/{customer_id}', { params: { path: { customer_id } } });
  return readBody(request, CART).then(
    () => true,
    (error: unknown) => !isUnauthorized(error),
  );
}

/** The page shows another customer's data: reads it again, except for queries that are already running. */
function invalidateCustomerData(queryClient: QueryClient): void {
  const [sessionKey] = sessionQuery.queryKey;
  void queryClient.invalidateQueries(
    { predicate: (query) => query.queryKey[0] !== sessionKey },
    { cancelRefetch: false },
  );
}

/** Another 401 or 403 is from a proxy, for which no session helps. */
const isUnauthorized = (error: unknown): error is ApiError =>
  hasCode(error, 'unauthenticated', 'forbidden');
