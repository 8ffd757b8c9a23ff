/** Pages of a running Tokwatt in a real browser, opened anew for each test. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';

const VIEWPORT = { width: 1280, height: 900 };

export interface CorePages {
  /** Opens an address with a session of its own, and returns before its data is there. */
  readonly open: (url: string, options?: BrowserContextOptions) => Promise<Page>;
  /** The errors of the pages since the last call. */
  readonly complaints: () => string[];
  readonly dispose: () => Promise<void>;
}

/** Starts a browser. */
export async function startCorePages(browserPath: string): Promise<CorePages> {
  const browser = await launchBrowser(browserPath);
  const complaints: string[] = [];
  return {
    open: async (url, options = {}) => {
      const context = await browser.newContext({ viewport: VIEWPORT, ...options });
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(url);
      return page;
    },
    complaints: () => complaints.splice(0),
    dispose: () => browser.close(),
  };
}
