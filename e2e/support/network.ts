import type { Page } from 'playwright-core';

/** Gives every request of the page at least this round trip. */
export async function delay(page: Page, roundTripMs: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: roundTripMs,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
}

/** Lets the first requests reach the shop, and cuts the connection instead of the response. */
export async function loseResponses(page: Page, url: string, times: number): Promise<void> {
  let left = times;
  await page.route(url, async (route) => {
    if (left === 0) return route.continue();
    left -= 1;
    await route.fetch();
    await route.abort('connectionreset');
  });
}
