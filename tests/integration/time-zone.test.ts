/** The times of a page that is opened in another time zone than that of the machine that meters. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCorePages } from '../support/core-pages.ts';
import type { CorePages } from '../support/core-pages.ts';
import { tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { activityRecord } from '../support/records.ts';
import { findChromium } from '../support/renderer-page.ts';
import { seedLedger } from '../support/seeded-ledger.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const ZONE = 'America/Caracas';
/** 09:05:06 in Caracas, four hours behind UTC all year. */
const COMPLETED_AT = Date.UTC(2026, 10, 21, 13, 5, 6);

describe.skipIf(browserPath === null)(`a page in another time zone${why}`, () => {
  let folder: string;
  let tokwatt: Headless;
  let pages: CorePages;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-zone-'));
    seedLedger(folder, [
      activityRecord({ startedAt: COMPLETED_AT - 2_000, completedAt: COMPLETED_AT }),
    ]);
    const args = ['--upstream', 'http://127.0.0.1:9', '--log-level', 'error'];
    tokwatt = await startHeadless({ args, dataDir: folder, env: { TZ: ZONE } });
    pages = await startCorePages(browserPath!);
  });
  afterAll(async () => {
    await pages.dispose();
    await tokwatt.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function shownIn(
    timezoneId: string,
    locale: string,
  ): Promise<{ texts: string; said: number }> {
    const page = await pages.open('about:blank', { timezoneId, locale });
    const token = tokenOf(tokwatt);
    await page.addInitScript((given) => sessionStorage.setItem('tokwatt-token', given), token);
    const range = `${COMPLETED_AT - 60_000}~${COMPLETED_AT + 60_000}`;
    await page.goto(`${tokwatt.api}/#/activity?range=${range}`);
    const row = page.locator('[role=gridcell][data-col]').first();
    await row.waitFor();
    const texts = await row.innerText();
    const said = await page.getByText(`times of ${ZONE}`).count();
    await page.context().close();
    return { texts, said };
  }

  test('tells the times of the machine, and whose they are', async () => {
    expect(await shownIn('Asia/Tokyo', 'en-GB')).toEqual({ texts: '2026-11-21 09:05', said: 1 });
  });

  test('says nothing about it in the same zone, and has the hours of its own region', async () => {
    expect(await shownIn(ZONE, 'en-US')).toEqual({ texts: '2026-11-21 9:05 AM', said: 0 });
  });
});
