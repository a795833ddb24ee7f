// Browsers in which one API is missing, null or blocked.

import type { BrowserContext, Page, Route } from 'playwright-core';

export const FAULTS = ['missing', 'null', 'throwing'] as const;
export type Fault = (typeof FAULTS)[number];

/** Breaks an API, such as `navigator.locks`, in every page of the context, before any script runs. */
export async function breakApi(context: BrowserContext, api: string, fault: Fault): Promise<void> {
  await context.addInitScript(
    ({ path, fault }) => {
      const name = path.at(-1) ?? '';
      let owner: object = window;
      for (const part of path.slice(0, -1)) owner = Reflect.get(owner, part);
      const original: unknown = Reflect.get(owner, name);
      const blocked = () => {
        throw new DOMException(`${name} is blocked`, 'SecurityError');
      };
      function Blocked() {
        return blocked();
      }
      const isFunction = typeof original === 'function';
      // `instanceof` needs no permission.
      if (isFunction) Blocked.prototype = original.prototype;
      const value = fault === 'missing' ? undefined : fault === 'null' ? null : Blocked;
      const isThrowingGetter = fault === 'throwing' && !isFunction;
      Object.defineProperty(owner, name, {
        configurable: true,
        get: isThrowingGetter ? blocked : () => value,
        set: () => undefined,
      });
    },
    { path: api.split('.'), fault },
  );
}

/** As a browser does that blocks all cookies: the page cannot tell. */
export async function refuseCookies(context: BrowserContext): Promise<void> {
  const withoutCookies = async (route: Route) => {
    const { cookie: _cookie, ...headers } = await route.request().allHeaders();
    const response = await route.fetch({ headers });
    const { 'set-cookie': _setCookie, ...kept } = response.headers();
    await route.fulfill({ response, headers: kept });
    await context.clearCookies();
  };
  // The context may close while a request is on its way.
  await context.route('**/api/**', (route) => withoutCookies(route).catch(() => undefined));
}

/** Dotted paths that exist in this browser, out of `candidates`. */
export const existing = (page: Page, candidates: readonly string[]): Promise<string[]> =>
  page.evaluate(
    (paths) =>
      paths.filter((path) => {
        let owner: unknown = window;
        for (const part of path.split('.')) {
          if (owner === null || owner === undefined || !(part in Object(owner))) return false;
          owner = Reflect.get(Object(owner), part);
        }
        return true;
      }),
    [...candidates],
  );

/** Every name on the global object and its prototypes. */
export const globalNames = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const names = new Set<string>();
    for (let owner: object | null = window; owner; owner = Object.getPrototypeOf(owner)) {
      for (const name of Object.getOwnPropertyNames(owner)) names.add(name);
    }
    return [...names];
  });
