import type { BrowserContext, Page } from 'playwright-core';

/** What a page may say only when it is proved. */
export const DENIALS = /Your cart is empty|Nothing was ordered|was not placed|No orders yet/;

/** Records every heading, alert and status that the context's pages show, however shortly, across reloads. */
export async function recordSaid(context: BrowserContext): Promise<string[]> {
  const said: string[] = [];
  await context.exposeBinding('carthubSaid', (_source, text: string) => {
    if (said.at(-1) !== text) said.push(text);
  });
  await context.addInitScript(() => {
    const seen = new Map<Element, string>();
    const look = () => {
      for (const element of Array.from(
        document.querySelectorAll('h1, [role="alert"], [role="status"]'),
      )) {
        const text = (element.textContent ?? '').trim();
        if (text === '' || seen.get(element) === text || !element.checkVisibility()) continue;
        seen.set(element, text);
        Reflect.get(window, 'carthubSaid')(text);
      }
    };
    new MutationObserver(look).observe(document, {
      attributes: true,
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  return said;
}

/** Keeps the page in a screenshot, for a person to look at, if E2E_SCREENSHOTS names a directory. */
export async function shoot(page: Page, name: string): Promise<void> {
  const directory = process.env.E2E_SCREENSHOTS;
  if (directory) await page.screenshot({ path: `${directory}/${name}.png` });
}
