import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlarmClock } from '../../src/background/alarm-clock.ts';
import { pauseAfter } from '../../src/background/pause.ts';
import { inOrder } from '../../src/events/relay/router.ts';

describe('the pause after a failed delivery', () => {
  it('doubles up to six hours, and half of it is random', () => {
    const pauses = [1, 2, 3, 20].map((attempts) => pauseAfter(attempts, 5000, 1));
    expect(pauses).toEqual([5000, 10_000, 20_000, 6 * 3600 * 1000]);
    expect(pauseAfter(1, 5000, 0)).toBe(2500);
  });

  it('gives 20 attempts about two days', () => {
    const hours = (random: number) =>
      Array.from({ length: 19 }, (_, index) => pauseAfter(index + 1, 5000, random)).reduce(
        (sum, pause) => sum + pause / 3_600_000,
        0,
      );
    expect(hours(0.5)).toBeGreaterThan(24);
    expect(hours(1)).toBeLessThan(72);
  });
});

describe('an alarm clock', () => {
  it('wakes a sleeper, and keeps a ring for the next one', async () => {
    const clock = new AlarmClock();
    clock.ring();
    await clock.sleep(60_000);
    const sleeping = clock.sleep(60_000);
    clock.ring();
    await sleeping;
    await clock.sleep(1);
  });
});

describe('routing', () => {
  const event = fc.record({
    aggregate: fc.constantFrom('order/a', 'order/b'),
    sequence: fc.integer({ min: 1, max: 20 }).map(String),
  });
  const nameOf = ({ aggregate, sequence }: { aggregate: string; sequence: string }) =>
    `${aggregate} ${sequence}`;

  it('takes exactly the locked events that no unrouted event of others precedes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(event, { selector: nameOf }),
        fc.infiniteStream(fc.boolean()),
        (all, isOurs) => {
          const locked = all.filter(() => isOurs.next().value);
          const ours = new Set(locked.map(nameOf));
          const others = all.filter((one) => !ours.has(nameOf(one)));
          const expected = locked.filter(
            (one) =>
              !others.some(
                (other) =>
                  other.aggregate === one.aggregate &&
                  Number(other.sequence) < Number(one.sequence),
              ),
          );
          expect(inOrder(locked, all)).toEqual(expected);
        },
      ),
    );
  });
});
