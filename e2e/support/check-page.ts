import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** The page, as it is now, has no accessibility violation, and does not scroll sideways at its width or at 320 px. */
export async function checkPage(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  expect(found, what).toEqual([]);
  const size = page.viewportSize();
  if (!size) throw new Error('the page has no size');
  for (const width of [size.width, 320]) {
    await page.setViewportSize({ ...size, width });
    const overflow = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    await expect.poll(overflow, { message: `${what} scrolls sideways at ${width} px` }).toBe(0);
  }
  await page.setViewportSize(size);
}
