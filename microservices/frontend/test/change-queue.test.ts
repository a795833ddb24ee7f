import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CartChange } from '../src/features/cart/state/cart-change.ts';
import { ModelShop, productOfModel } from './cart-model/model-shop.ts';
import { type Fate, ModelTab, type Network } from './cart-model/model-tab.ts';

/**
 * Two tabs of the storefront on a model of the shop. fast-check decides in which order requests and responses
 * arrive, when the shopper clicks, and which messages are lost.
 */
const START = 10;
const more: CartChange = { kind: 'adjust', productId: 'mug', by: 1 };
const addMug: CartChange = { kind: 'add', product: productOfModel('mug'), quantity: 1 };
const addLamp: CartChange = { kind: 'add', product: productOfModel('lamp'), quantity: 1 };
const removeMug: CartChange = { kind: 'remove', productId: 'mug' };
const reduceMug: CartChange = { kind: 'reduce', productId: 'mug', quantity: 3 };

interface Click {
  readonly tab: number;
  readonly change: CartChange;
}

const clicksOf = (...changes: CartChange[]) =>
  fc.array(fc.record({ tab: fc.nat({ max: 1 }), change: fc.constantFrom(...changes) }), {
    minLength: 1,
    maxLength: 16,
  });
const fates = fc.array(fc.constantFrom<Fate>('ok', 'ok', 'ok', 'request', 'response', 'late'), {
  maxLength: 30,
});

function openTabs(scheduler: fc.Scheduler, lost: readonly Fate[] = []) {
  const shop = new ModelShop({ mug: START, bowl: 2 });
  const ahead = [...lost];
  const network: Network = {
    hop: (label) => scheduler.schedule(Promise.resolve(), label),
    fate: () => ahead.shift() ?? 'ok',
  };
  return { shop, tabs: [new ModelTab(shop, network), new ModelTab(shop, network)] as const };
}

type Tabs = ReturnType<typeof openTabs>['tabs'];
const tabOf = (tabs: Tabs, index: number): ModelTab => tabs[index === 0 ? 0 : 1];

/** Lets everything arrive; `check` looks at the page after each message. */
async function settle(scheduler: fc.Scheduler, check: () => void = () => {}): Promise<void> {
  for (;;) {
    // The code between two messages takes some microtasks.
    for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
    check();
    if (scheduler.count() === 0) return;
    await scheduler.waitOne();
  }
}

function schedule(scheduler: fc.Scheduler, tabs: Tabs, clicks: readonly Click[]): void {
  for (const { tab, change } of clicks) {
    void scheduler.schedule(Promise.resolve(), 'click').then(() => tabOf(tabs, tab).click(change));
  }
}

const both = <Value>(tabs: Tabs, of: (tab: ModelTab) => readonly Value[]): Value[] =>
  tabs.flatMap((tab) => of(tab));

test('clicks of two tabs add up in every order of messages', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), clicksOf(more, addMug), async (scheduler, clicks) => {
      const { shop, tabs } = openTabs(scheduler);
      schedule(scheduler, tabs, clicks);
      await settle(scheduler);
      expect(shop.quantityOf('mug')).toBe(START + clicks.length);
      expect(both(tabs, (tab) => tab.resolved)).toHaveLength(clicks.length);
    }),
  );
});

test('the page counts each click once at every moment, whatever arrives meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      clicksOf(more, addMug),
      fc.nat({ max: 8 }),
      async (scheduler, clicks, events) => {
        const { shop, tabs } = openTabs(scheduler);
        const [tab] = tabs;
        let clicked = 0;
        for (const { change } of clicks) {
          void scheduler.schedule(Promise.resolve(), 'click').then(() => {
            clicked += 1;
            tab.click(change);
          });
        }
        for (let event = 0; event < events; event += 1) {
          void scheduler.schedule(Promise.resolve(), 'event').then(() => tab.see(shop.cart()));
        }
        await settle(scheduler, () => expect(tab.shownQuantity('mug')).toBe(START + clicked));
      },
    ),
  );
});

test('a lost request or response is applied once or reported, never twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      clicksOf(more, addMug),
      fates,
      async (scheduler, clicks, lost) => {
        const { shop, tabs } = openTabs(scheduler, lost);
        schedule(scheduler, tabs, clicks);
        await settle(scheduler);
        const sure = both(tabs, (tab) => tab.resolved).length;
        const reported = both(tabs, (tab) => tab.rejected).length;
        expect(sure + reported).toBe(clicks.length);
        const applied = shop.quantityOf('mug') - START;
        expect(applied).toBeGreaterThanOrEqual(sure);
        expect(applied).toBeLessThanOrEqual(sure + reported);
      },
    ),
  );
});

test('trying again after lost messages makes each click count exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.constantFrom<Fate>('request', 'response', 'late'), {
        minLength: 12,
        maxLength: 12,
      }),
      async (scheduler, clicks, lost) => {
        const { shop, tabs } = openTabs(scheduler, lost);
        const [tab] = tabs;
        for (let click = 0; click < clicks; click += 1) tab.click(more);
        await settle(scheduler);
        const failed = tab.rejected.length;
        // The network recovers after 12 messages at most.
        for (let round = 0; round < 12; round += 1) {
          const again = tab.queue.retry().catch(() => {});
          await settle(scheduler);
          await again;
        }
        expect(failed + tab.resolved.length).toBe(clicks);
        expect(shop.quantityOf('mug')).toBe(START + clicks);
        expect(tab.shownQuantity('mug')).toBe(START + clicks);
      },
    ),
  );
});

test('a removal says exactly what it took out, so that Undo can put it back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      clicksOf(more, addMug, addMug, removeMug, addLamp),
      async (scheduler, clicks) => {
        const { shop, tabs } = openTabs(scheduler);
        schedule(scheduler, tabs, clicks);
        await settle(scheduler);
        const resolved = both(tabs, (tab) => tab.resolved);
        const told = resolved
          .flatMap(({ result }) => result.removed)
          .reduce((sum, line) => sum + line.quantity, 0);
        expect(told).toBe(shop.removedUnits);
        const put = resolved.filter(
          ({ change }) => change.kind !== 'remove' && change !== addLamp,
        ).length;
        expect(shop.quantityOf('mug')).toBe(START + put - told);
      },
    ),
  );
});

test('both tabs end with the shop’s cart, and reducing never raises a quantity', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      clicksOf(more, addMug, removeMug, reduceMug, addLamp, { kind: 'clear' }),
      fates,
      async (scheduler, clicks, lost) => {
        const { shop, tabs } = openTabs(scheduler, lost);
        schedule(scheduler, tabs, clicks);
        await settle(scheduler);
        for (const tab of tabs) {
          expect(tab.queue.state().pending).toEqual([]);
          tab.see(shop.cart());
          expect(tab.shown).toEqual(shop.cart());
        }
      },
    ),
  );
});

test('a line that another tab has reduced further stays as it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 9 }), async (scheduler, less) => {
      const { shop, tabs } = openTabs(scheduler);
      const [here, there] = tabs;
      here.click({ kind: 'reduce', productId: 'mug', quantity: 5 });
      there.click({ kind: 'reduce', productId: 'mug', quantity: less });
      await settle(scheduler);
      expect(shop.quantityOf('mug')).toBe(Math.min(5, less));
    }),
  );
});
