import { formatPorts, join, type Range } from './ranges.ts';
import { type IsOpen, PROTOCOLS } from './reachability.ts';

/** One end of a connection, and the ports that its policies and the table open. */
export interface Side {
  /** Such as "backend → cluster DNS". */
  readonly connection: string;
  readonly direction: string;
  readonly isOpen: IsOpen;
  readonly isListed: IsOpen;
}

/**
 * Each end is compared with the table on its own: a connection that only one end allows does not work today, but
 * would work as soon as the other end is opened for something else.
 * @param ports all ports, split where a policy or the table does
 */
export function differences({ connection, direction, ...side }: Side, ports: readonly Range[]) {
  return PROTOCOLS.flatMap((protocol) => {
    const isOpen = (range: Range) => side.isOpen(protocol, range);
    const isListed = (range: Range) => side.isListed(protocol, range);
    const differing = ports.filter((range) => isOpen(range) !== isListed(range));
    const describe = (what: string, wanted: boolean) =>
      join(differing.filter((range) => isListed(range) === wanted)).map(
        (range) => `${what}: ${connection}, ${protocol} ${formatPorts(range)} (${direction})`,
      );
    return [
      ...describe('allowed but not in the table', false),
      ...describe('in the table but not allowed', true),
    ];
  });
}
