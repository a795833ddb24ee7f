import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { findChromium } from '../../microservices/frontend/test/support/find-chromium.ts';

/** The two sizes that every page is tried at. */
export const DEVICES = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  },
} as const;
export type Device = keyof typeof DEVICES;

export async function openBrowser(): Promise<Browser> {
  const { executablePath, env } = await findChromium(process.env);
  const isRoot = process.getuid?.() === 0;
  const args = ['--disable-dev-shm-usage', '--disable-gpu', ...(isRoot ? ['--no-sandbox'] : [])];
  return chromium.launch({ executablePath, env, args });
}

/** A shopper's browser, with nothing in it yet. */
export const openContext = (browser: Browser, device: Device): Promise<BrowserContext> =>
  browser.newContext({ ...DEVICES[device], locale: 'en-US', reducedMotion: 'reduce' });
