/** The page of an application that runs as a plain child process with `--remote-debugging-port=0`. */
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { vi } from 'vitest';
import type { SpawnedApp } from './spawned-app.ts';

/** The overview's page, over the debugging port of its renderer. */
export async function connectPage(app: SpawnedApp): Promise<Page> {
  const endpoint = await vi.waitFor(
    () => {
      const found = /DevTools listening on (ws:\S+)/.exec(app.stderr());
      if (found?.[1] === undefined) throw new Error('no debugging port yet');
      return found[1];
    },
    { timeout: 20_000 },
  );
  // On a busy machine the first connection may stall; the port stays open for another.
  const attach = (): Promise<Browser> =>
    chromium.connectOverCDP(endpoint, { noDefaults: true, timeout: 20_000 });
  const browser = await attach().catch(attach);
  return vi.waitFor(
    () => {
      const page = browser.contexts().flatMap((context) => context.pages())[0];
      if (page === undefined) throw new Error('no window yet');
      return page;
    },
    { timeout: 20_000 },
  );
}
