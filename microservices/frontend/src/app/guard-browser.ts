import { attempt } from '../shared/lib/attempt.ts';

/**
 * React and the router call these without a guard, and only for comfort: a browser in which one throws, or
 * lacks it, must still sell.
 */
export function guardBrowser(): void {
  guard(HTMLElement.prototype, 'focus');
  guard(Element.prototype, 'scrollIntoView');
  guard(window, 'scrollTo');
  attempt(() => {
    if (attempt(() => window.scrollY) !== undefined) return;
    Object.defineProperty(window, 'scrollY', { configurable: true, get: () => 0 });
  });
}

function guard(owner: object, name: string): void {
  attempt(() => {
    const original: unknown = Reflect.get(owner, name);
    const call = typeof original === 'function' ? original : () => undefined;
    Object.defineProperty(owner, name, {
      configurable: true,
      writable: true,
      value(this: unknown, ...parameters: unknown[]) {
        attempt(() => Reflect.apply(call, this ?? window, parameters));
      },
    });
  });
}
