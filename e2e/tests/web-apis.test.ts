// Breaks the browser APIs that the storefront's code uses and buys something: the optional ones several at once, the
// essential ones each alone.

import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { breakApi, existing, FAULTS, type Fault, globalNames } from '../support/broken-browser.ts';
import { openBrowser, openContext } from '../support/browser.ts';
import { setStock } from '../support/database.ts';
import { Shopper } from '../support/shopper.ts';
import { addTestProducts, KETTLE, removeTestProducts } from '../support/test-products.ts';
import { findUsedApis } from '../support/web-apis.ts';

const { storefrontUrl } = inject('shop');
const ASSETS = join(import.meta.dirname, '../../microservices/frontend/dist/assets');

/** Reached under another name, or named by browsers' settings: the scan does not see them. */
const ALSO = [
  'history.pushState',
  'localStorage',
  'indexedDB',
  'caches',
  'Notification',
  'navigator.clipboard',
  'navigator.serviceWorker',
  'navigator.sendBeacon',
  'navigator.onLine',
  'navigator.userAgent',
  'navigator.languages',
  'crypto.randomUUID',
  'crypto.subtle',
  'structuredClone',
  'requestIdleCallback',
  'ResizeObserver',
  'Intl.PluralRules',
  'Intl.Collator',
  'Intl.ListFormat',
  'Intl.RelativeTimeFormat',
  'document.cookie',
  'document.hidden',
  'HTMLElement.prototype.focus',
  'Element.prototype.scrollIntoView',
  'HTMLDialogElement.prototype.showModal',
  'Storage.prototype.getItem',
  'Storage.prototype.setItem',
  'Storage.prototype.removeItem',
  'EventSource.prototype.addEventListener',
  'BroadcastChannel.prototype.postMessage',
  'console.warn',
];

/** Without one of these the shop may not sell, but then it says so. Names that end in a dot are prefixes. */
const ESSENTIAL: readonly string[] = [
  // The page itself.
  'document.addEventListener',
  'document.createElement',
  'document.createTextNode',
  'document.defaultView',
  'document.documentElement',
  'document.getElementById',
  'document.getElementsByTagName',
  'document.head',
  'document.querySelector',
  'document.querySelectorAll',
  'document.removeEventListener',
  'addEventListener',
  'removeEventListener',
  'Element',
  'Event',
  'HTMLElement',
  'Node',
  // Talking to the shop.
  'AbortController',
  'FormData',
  'AbortSignal',
  'Headers',
  'Request',
  'Response',
  'URL',
  'URLSearchParams',
  'fetch',
  // React, its scheduler, the form and the query library.
  'Blob',
  'EventTarget',
  'FileList',
  'MessageChannel',
  'clearInterval',
  'clearTimeout',
  'document.visibilityState',
  'event',
  'navigator',
  'performance',
  'performance.now',
  'queueMicrotask',
  'setInterval',
  'setTimeout',
];

/** Cannot be changed by a page, so that no setting or extension breaks them. */
const UNFORGEABLE = ['document', 'location', 'location.', 'window'];

const CONCURRENCY = 4;
/** APIs that are broken together; E2E_EACH_API_ALONE=1 takes three purchases for each one. */
const GROUP_SIZE = process.env.E2E_EACH_API_ALONE ? 1 : 8;

let browser: Browser;
let apis: string[];
beforeAll(async () => {
  browser = await openBrowser();
  await addTestProducts();
  await setStock(KETTLE.id, 10_000);
  const page = await browser.newPage();
  await page.goto(`${storefrontUrl}/favicon.svg`);
  const used = await findUsedApis(ASSETS, await globalNames(page));
  apis = await existing(page, [...new Set([...used, ...ALSO])]);
  await page.close();
});
afterAll(async () => {
  await removeTestProducts();
  await browser.close();
});

const listed = (api: string, list: readonly string[]): boolean =>
  list.some((entry) => (entry.endsWith('.') ? api.startsWith(entry) : api === entry));

type Result = 'sells' | 'says why' | 'is blank or stuck';
const MAX_WAIT_MS = 25_000;

/** React reads it where it can catch no error; a page of today's browsers always has it. */
const UNGUARDED = ['document.documentElement'];

async function tryToBuy(context: BrowserContext): Promise<Result> {
  const page = await context.newPage();
  page.setDefaultTimeout(MAX_WAIT_MS);
  try {
    await buy(page);
    return 'sells';
  } catch {
    return (await says(page)) ? 'says why' : 'is blank or stuck';
  } finally {
    await context.close();
  }
}

/** Views a product, adds it, checks out and sees the confirmation, without loading another document. */
async function buy(page: Page): Promise<void> {
  const shopper = new Shopper(page, storefrontUrl);
  await shopper.add(KETTLE);
  await shopper.cartLink(1).click();
  await page.getByRole('link', { name: 'Checkout' }).filter({ visible: true }).click();
  await shopper.heading('Checkout').waitFor();
  await shopper.fillCheckout();
  await shopper.placeOrder();
  await shopper.heading('Thank you, Test Shopper').waitFor();
}

const says = (page: Page, timeout = 1000): Promise<boolean> =>
  page
    .getByText(/reload the page|try again|did not open|not opened yet/i)
    .filter({ visible: true })
    .first()
    .waitFor({ timeout })
    .then(() => true)
    .catch(() => false);

/** Ends as soon as the shopper has bought something, or reads why not. */
async function buyOrRead(context: BrowserContext): Promise<Result> {
  const page = await context.newPage();
  page.setDefaultTimeout(MAX_WAIT_MS);
  const sells = buy(page).then((): Result => 'sells');
  const reads = says(page, MAX_WAIT_MS).then((isSaid): Result => {
    if (!isSaid) throw new Error('nothing was said');
    return 'says why';
  });
  const result = await Promise.any([sells, reads]).catch((): Result => 'is blank or stuck');
  await context.close();
  return result;
}

/** A group that does not sell is halved until the culprit is alone; a group whose halves sell is named whole. */
async function findCulprits(group: readonly string[], fault: Fault): Promise<string[]> {
  const context = await openContext(browser, 'desktop');
  // The deepest first: below a broken object nothing can be broken any more.
  const depth = (api: string) => api.split('.').length;
  for (const api of group.toSorted((a, b) => depth(b) - depth(a))) {
    await breakApi(context, api, fault);
  }
  const result = await tryToBuy(context);
  if (result === 'sells') return [];
  const named = `${group.join(', ')} ${fault}: ${result}`;
  if (group.length === 1) return [named];
  const middle = Math.ceil(group.length / 2);
  const culprits = [
    ...(await findCulprits(group.slice(0, middle), fault)),
    ...(await findCulprits(group.slice(middle), fault)),
  ];
  return culprits.length === 0 ? [named] : culprits;
}

/** Works through the cases, several at a time. @returns what they found */
async function findAll<Case>(
  cases: readonly Case[],
  find: (next: Case) => Promise<string[]>,
): Promise<string[]> {
  const queue = [...cases];
  const found: string[] = [];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) found.push(...(await find(next)));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return found.toSorted();
}

async function culpritsOf(apis: readonly string[]): Promise<string[]> {
  // Neighbours in the list have the same owner, so they are dealt to different groups.
  const count = Math.ceil(apis.length / GROUP_SIZE);
  const groups = Array.from({ length: count }, (_, first) =>
    apis.filter((_, index) => index % count === first),
  );
  const cases = groups.flatMap((group) => FAULTS.map((fault) => [group, fault] as const));
  return findAll(cases, ([group, fault]) => findCulprits(group, fault));
}

async function findSilence([api, fault]: readonly [string, Fault]): Promise<string[]> {
  const context = await openContext(browser, 'desktop');
  await breakApi(context, api, fault);
  const result = await buyOrRead(context);
  return result === 'is blank or stuck' ? [`${api} ${fault}: ${result}`] : [];
}

describe('a browser without some APIs', () => {
  // An API that the code begins to use is found by the scan, and tried without a change here.
  it('still sells', { timeout: 1_200_000 }, async () => {
    const optional = apis.filter((api) => !listed(api, ESSENTIAL) && !listed(api, UNFORGEABLE));
    expect(optional).toEqual(expect.arrayContaining(['sessionStorage', 'navigator.locks']));
    expect(await culpritsOf(optional)).toEqual([]);
  });

  // "null" fails at the same places as "missing".
  it('says why it does not sell, whichever essential API fails', {
    timeout: 1_200_000,
  }, async () => {
    const essential = apis.filter((api) => listed(api, ESSENTIAL) && !listed(api, UNGUARDED));
    expect(essential).toEqual(expect.arrayContaining(['fetch', 'queueMicrotask', 'document.head']));
    const cases = essential.flatMap((api) =>
      (['missing', 'throwing'] as const).map((fault) => [api, fault] as const),
    );
    expect(await findAll(cases, findSilence)).toEqual([]);
  });
});
