// Carthub beside pgbench and beside the backend's own no-op, for each number of clients.

import type { Check, Table } from '../report.ts';
import type { Shape } from '../support/data.ts';
import type { Measured } from '../support/load.ts';
import { takeTurns } from '../support/measure.ts';
import { openShop, type Shop } from '../support/shop.ts';
import {
  CARTHUB,
  httpSide,
  NO_OP,
  noOpSide,
  PGBENCH,
  pgbenchSide,
  touchAllCarts,
  warmUp,
} from '../support/sides.ts';
import type { Tools } from '../support/tools.ts';
import type { RunOptions, Scenario } from './scenario.ts';

interface Compared {
  readonly name: string;
  readonly title: string;
  readonly shape: Shape;
  /** A script of wrk and one of pgbench. */
  readonly script: string;
  /** Whether a run leaves too little for the next, so that all is filled anew before each. */
  readonly isUsedUp?: boolean;
  /** What has to hold for this number of clients. */
  readonly wanted?: (clients: number, sides: Sides) => readonly Check[];
}

export interface Sides {
  readonly carthub: Measured;
  readonly pgbench: Measured;
  readonly noOp: Measured;
}

export const CLIENTS = [1, 64];

export function compare(compared: Compared): Scenario {
  const { name, title } = compared;
  return {
    name,
    title,
    async measure(tools, options) {
      await using shop = await openShop(tools, compared.shape);
      const tables: Table[] = [];
      for (const clients of CLIENTS)
        tables.push(await compareWith(tools, shop, compared, clients, options));
      return tables;
    },
  };
}

async function compareWith(
  tools: Tools,
  shop: Shop,
  { name, script, isUsedUp, wanted }: Compared,
  clients: number,
  options: RunOptions,
): Promise<Table> {
  const carthub = httpSide(tools, shop, CARTHUB, { clients, script });
  const sides = [
    carthub,
    pgbenchSide(tools, shop, PGBENCH, clients, [[script, 1]]),
    noOpSide(tools, shop, clients),
  ];
  await shop.reset();
  if (!isUsedUp) await touchAllCarts(tools, shop);
  await warmUp(sides);
  const refill = async () => {
    await shop.reset();
    carthub.rewind();
  };
  const progress = `${name}, ${clients} clients`;
  const turns = { ...options, progress, ...(isUsedUp ? { prepare: refill } : {}) };
  const measured = await takeTurns(sides, turns);
  const compared = sidesOf(measured);
  return {
    heading: headingOf(clients),
    clients,
    sides: measured,
    checks: merged(ratios(compared), wanted?.(clients, compared) ?? []),
  };
}

export const headingOf = (clients: number): string =>
  clients === 1 ? '1 client' : `${clients} clients`;

export function sidesOf(measured: Readonly<Record<string, Measured>>): Sides {
  const { [CARTHUB]: carthub, [PGBENCH]: pgbench, [NO_OP]: noOp } = measured;
  if (!carthub || !pgbench || !noOp) throw new Error('A side is missing.');
  return { carthub, pgbench, noOp };
}

/** A limit takes the place of the bare figure. */
function merged(told: readonly Check[], wanted: readonly Check[]): readonly Check[] {
  const limited = new Set(wanted.map(({ what }) => what));
  return [...told.filter(({ what }) => !limited.has(what)), ...wanted];
}

export function ratios({ carthub, pgbench, noOp }: Sides): readonly Check[] {
  return [
    { what: 'throughput / pgbench’s', value: carthub.perSecond / pgbench.perSecond },
    { what: 'throughput / the no-op’s', value: carthub.perSecond / noOp.perSecond },
    { what: 'database CPU / pgbench’s', value: carthub.databaseUs / pgbench.databaseUs },
    { what: 'errors', value: carthub.errors, atMost: 0 },
  ];
}
