/** Each page as it looks, in light, dark, narrow and empty, beside its stored picture. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressOf } from '../../shared/page-address.ts';
import { PAGE_NAMES, goTo, resize, startFixedPages } from '../support/fixed-pages.ts';
import type { FixedPages } from '../support/fixed-pages.ts';
import { fontObstacle } from '../support/fonts.ts';
import { findChromium } from '../support/renderer-page.ts';
import { RENEWS, snapshotFault } from '../support/snapshots.ts';

const browserPath = findChromium();
const obstacle = browserPath === null ? 'no Chromium here; set TOKWATT_CHROMIUM' : fontObstacle();
const why = obstacle === null ? '' : ` (skipped: ${obstacle})`;
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const ATTEMPTS = 8;
const PAUSE_MS = 300;
const SLOW = { timeout: 120_000 };
/** The page of which a change must be noticed. */
const [OVERVIEW] = PAGE_NAMES;

describe.skipIf(obstacle !== null)(`the look of all pages${why}`, () => {
  let fixed: FixedPages;

  beforeAll(async () => {
    fixed = await startFixedPages(browserPath!);
  });
  afterAll(() => fixed.dispose());

  /** Pages are given time to be complete. A stored picture is of a page that no longer changes. */
  async function fault(page: Page, name: string): Promise<string | null> {
    let found: string | null = null;
    for (let attempt = 0; attempt < (RENEWS ? 3 : ATTEMPTS); attempt += 1) {
      if (attempt > 0 || RENEWS) await sleep(PAUSE_MS);
      found = await faultNow(page, name);
      if (found === null && !RENEWS) return null;
    }
    return found;
  }

  async function faultNow(page: Page, name: string): Promise<string | null> {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    return snapshotFault(name, await page.screenshot({ caret: 'hide' }));
  }

  test('is that of the stored pictures, with data', SLOW, async () => {
    const page = await fixed.pages.open('traffic', DESK);
    const faults: (string | null)[] = [];
    for (const name of PAGE_NAMES) {
      await goTo(page, addressOf(name));
      faults.push(await fault(page, `${name}-light`));
      await page.emulateMedia({ colorScheme: 'dark' });
      faults.push(await fault(page, `${name}-dark`));
      await page.emulateMedia({ colorScheme: 'light' });
      await resize(page, PHONE);
      faults.push(await fault(page, `${name}-narrow`));
      await resize(page, DESK);
    }
    expect(faults.filter((each) => each !== null)).toEqual([]);
  });

  test('is that of the stored pictures, without any data', SLOW, async () => {
    const page = await fixed.pages.open('empty', DESK);
    const faults: (string | null)[] = [];
    for (const name of PAGE_NAMES) {
      await goTo(page, addressOf(name));
      faults.push(await fault(page, `${name}-empty`));
    }
    expect(faults.filter((each) => each !== null)).toEqual([]);
  });

  test('is another one if a panel moves or a series has another colour', SLOW, async () => {
    const page = await fixed.pages.open('traffic', DESK);
    await goTo(page, addressOf('overview'));
    const name = `${OVERVIEW}-light`;
    expect(await fault(page, name)).toBeNull();
    const change = (selector: string, property: string, value: string): Promise<void> =>
      page.evaluate(
        ([where, what, to]) => {
          document.querySelector<HTMLElement>(where)?.style.setProperty(what, to);
        },
        [selector, property, value] as const,
      );
    const panel = '[data-page] section[aria-labelledby]';
    await change(panel, 'translate', '12px 0');
    expect(await faultNow(page, name)).toContain('differ');
    await change(panel, 'translate', 'none');
    await change(':root', '--output', '#a02c7a');
    expect(await faultNow(page, name)).toContain('differ');
  });
});
