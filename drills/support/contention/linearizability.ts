// A linearizability checker: searches for one order of all operations on a cart that explains every response, every
// order and the final cart. Versions determine most of it; only unanswered operations need a search. A checkout has two
// moments: it orders the cart as it was at the first, and takes that out of the cart at the second.

import { apply, type Operation, type State, show, takeOut } from './cart-model.ts';

/** One operation as its client saw it. Times as performance.now(). */
export interface Event {
  readonly customer: string;
  readonly operation: Operation;
  readonly startedAt: number;
  readonly endedAt: number;
  /** `unknown`: no response came, so the operation may or may not have been applied. */
  readonly outcome: 'ok' | 'refused' | 'unknown';
  /** Of a response with a cart. */
  readonly version?: number;
  /** The cart of the response, or the lines of the order. */
  readonly state?: State;
}

/** An explanation usually takes about as many attempts as there are versions. */
const MAX_ATTEMPTS = 50_000;

/** PostgreSQL finishes a statement even if its client was killed. */
const MAX_LATE_COMMIT_MS = 5000;

export interface Final {
  readonly version: number;
  readonly state: State;
  /** Those that are paid. */
  readonly orders: number;
}

/** @returns what cannot be explained about one customer's cart; empty if everything can */
export function checkCart(events: readonly Event[], final: Final): string[] {
  const versioned = events.filter((event) => event.version !== undefined);
  return [
    ...contradictions(versioned, final),
    ...outOfTime(versioned),
    ...ordersOf(events, final),
    ...unexplained(events, final),
  ];
}

/** Every version has exactly one content. */
function contradictions(events: readonly Event[], final: Final): string[] {
  const states = new Map([[final.version, show(final.state)]]);
  return events.flatMap(({ version = 0, state }) => {
    const shown = show(state ?? new Map());
    const known = states.get(version) ?? shown;
    states.set(version, known);
    if (version > final.version) return [`version ${version} was answered, and is not there`];
    return known === shown ? [] : [`version ${version} is "${known}" and "${shown}"`];
  });
}

/** An operation that began after another had ended saw at least its version. */
function outOfTime(events: readonly Event[]): string[] {
  const problems: string[] = [];
  const ended = events.toSorted((one, other) => one.endedAt - other.endedAt);
  let newest = 0;
  let next = 0;
  for (const event of events.toSorted((one, other) => one.startedAt - other.startedAt)) {
    for (; (ended[next]?.endedAt ?? Number.POSITIVE_INFINITY) < event.startedAt; next += 1)
      newest = Math.max(newest, ended[next]?.version ?? 0);
    if ((event.version ?? 0) < newest)
      problems.push(`version ${event.version} was answered after version ${newest}`);
  }
  return problems;
}

function ordersOf(events: readonly Event[], final: Final): string[] {
  const checkouts = events.filter(({ operation }) => operation.kind === 'checkout');
  const count = (outcome: Event['outcome']) =>
    checkouts.filter((event) => event.outcome === outcome).length;
  const most = count('ok') + count('unknown');
  return final.orders >= count('ok') && final.orders <= most
    ? []
    : [`${final.orders} orders, where ${count('ok')} to ${most} were made`];
}

interface Search {
  readonly version: number;
  readonly state: State;
  /** The version before. */
  readonly previous: Search | undefined;
  /** Operations without a version that already explain one. */
  readonly used: ReadonlySet<Event>;
}

/** Depth-first search from version to version over the unanswered operations that fit. */
function unexplained(events: readonly Event[], final: Final): string[] {
  const byVersion = new Map<number, Event[]>();
  for (const event of events)
    if (event.version !== undefined)
      byVersion.set(event.version, [...(byVersion.get(event.version) ?? []), event]);
  const free = events.filter(
    ({ version, outcome }) => version === undefined && outcome !== 'refused',
  );
  const orders = free.filter(({ outcome }) => outcome === 'ok');
  const moments = momentsOf(byVersion, final.version);
  const tried = new Set<string>();
  const open: Search[] = [{ version: 0, state: new Map(), previous: undefined, used: new Set() }];
  let furthest = 0;
  for (let search = open.pop(); search !== undefined; search = open.pop()) {
    const { version, state, used } = search;
    furthest = Math.max(furthest, version);
    if (version === final.version) {
      if (show(state) === show(final.state) && orders.every((order) => used.has(order))) return [];
      continue;
    }
    const answered = byVersion.get(version + 1) ?? [];
    const attempt = `${version} ${show(state)} ${show(search.previous?.state ?? state)} ${[...used].map(work).sort().join()}`;
    if (tried.has(attempt)) continue;
    tried.add(attempt);
    if (tried.size > MAX_ATTEMPTS) break;
    const { after = 0, before = 0 } = moments[version + 1] ?? {};
    const makers = free.filter(
      (event) =>
        !used.has(event) && event.startedAt < before && event.endedAt + MAX_LATE_COMMIT_MS > after,
    );
    // The last pushed is tried first: orders, then answered operations, then unanswered ones.
    const [made, unknown] = [true, false].map((isMade) =>
      distinct(makers.filter(({ outcome }) => (outcome === 'ok') === isMade)),
    );
    for (const maker of [...(unknown ?? []), ...answered, ...(made ?? [])]) {
      for (const next of statesAfter(search, maker, moments)) {
        if (!answered.every(saw(next, maker))) continue;
        const isFree = maker.version === undefined;
        open.push({
          version: version + 1,
          state: next,
          previous: search,
          used: isFree ? new Set([...used, maker]) : used,
        });
      }
    }
  }
  return [`nothing explains version ${furthest} of ${final.version}, or what comes after it`];
}

/** What the cart may be after the operation. */
function statesAfter(search: Search, maker: Event, moments: readonly Moment[]): State[] {
  const { state } = search;
  if (maker.operation.kind !== 'checkout') {
    const next = apply(state, maker.operation);
    return next === undefined ? [] : [next];
  }
  return orderedStates(search, maker, moments).map((ordered) => takeOut(state, ordered));
}

/** What a checkout may have ordered: the cart as it was at some moment since it began. */
function orderedStates(search: Search, { startedAt, state }: Event, moments: readonly Moment[]) {
  const found = new Map<string, State>();
  let later = Number.POSITIVE_INFINITY;
  for (let each: Search | undefined = search; each && later > startedAt; each = each.previous) {
    const shown = show(each.state);
    if (each.state.size > 0 && (state === undefined || show(state) === shown))
      found.set(shown, each.state);
    later = moments[each.version]?.before ?? 0;
  }
  return [...found.values()];
}

interface Moment {
  /** A read that began at this time still saw an older version. */
  readonly after: number;
  /** By this time it, or a newer version, was in a response. */
  readonly before: number;
}

/** The interval in which each version was written. */
function momentsOf(byVersion: ReadonlyMap<number, readonly Event[]>, last: number): Moment[] {
  const moments: Moment[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (let version = last; version > 0; version -= 1) {
    for (const { endedAt } of byVersion.get(version) ?? []) before = Math.min(before, endedAt);
    moments[version] = { after: 0, before };
  }
  let after = 0;
  for (let version = 1; version <= last; version += 1) {
    for (const each of byVersion.get(version - 1) ?? []) after = Math.max(after, each.startedAt);
    moments[version] = { after, before: moments[version]?.before ?? 0 };
  }
  return moments;
}

/** Operations with the same key are interchangeable for the search. */
const work = ({ operation, outcome, state = new Map() }: Event): string =>
  JSON.stringify([
    operation,
    operation.kind === 'merge' && show(operation.lines),
    outcome,
    show(state),
  ]);

/** One of several interchangeable operations is enough. */
function distinct(events: readonly Event[]): Event[] {
  return [...new Map(events.map((event) => [work(event), event])).values()];
}

/** All responses with this version show this cart, and only its writer changed it. */
const saw =
  (state: State, maker: Event) =>
  (event: Event): boolean =>
    show(event.state ?? new Map()) === show(state) &&
    (event === maker || apply(state, event.operation) === undefined);
