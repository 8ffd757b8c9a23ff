/** Names of others, with characters that break a line, turn the text round or cannot be seen, on every page. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressOf } from '../../shared/page-address.ts';
import { startCorePages } from '../support/core-pages.ts';
import type { CorePages } from '../support/core-pages.ts';
import { tokenOf } from '../support/control-api.ts';
import { goTo, settled } from '../support/fixed-pages.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike } from '../support/ollama-like.ts';
import { activityRecord } from '../support/records.ts';
import { findChromium } from '../support/renderer-page.ts';
import { seedLedger } from '../support/seeded-ledger.ts';
import { unseenCharacters } from '../support/unseen-characters.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const ODD = 'odd\u202egpj\u0007\u200b';
const MODEL = `${ODD}:8b`;
const GIB = 2 ** 30;
const ROWS = 300;
const ADDRESSES = [
  addressOf('overview'),
  `${addressOf('history')}?range=24h&by=model`,
  `${addressOf('history')}?range=24h&by=application`,
  `${addressOf('history')}?range=24h&by=session`,
  `${addressOf('history')}?range=24h&model=${encodeURIComponent(MODEL)}`,
  `${addressOf('activity')}?id=${ROWS}`,
  `${addressOf('activity')}?view=sessions`,
  `${addressOf('activity')}?model=${encodeURIComponent(MODEL)}`,
  addressOf('models'),
  addressOf('models', MODEL),
  addressOf('clients'),
  addressOf('clients', ODD),
  addressOf('playground'),
];

describe.skipIf(browserPath === null)(`names of others${why}`, () => {
  let upstream: OllamaLike;
  let folder: string;
  let tokwatt: Headless;
  let pages: CorePages;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-names-'));
    seed(folder);
    upstream = await startOllamaLike({ models: { [MODEL]: 5 * GIB } });
    upstream.models.get(MODEL)!.loaded = true;
    const args = ['--upstream', upstream.url, '--log-level', 'error'];
    tokwatt = await startHeadless({ args, dataDir: folder });
    pages = await startCorePages(browserPath!);
    page = await pages.open('about:blank');
    const token = tokenOf(tokwatt);
    await page.addInitScript((given) => sessionStorage.setItem('tokwatt-token', given), token);
    await page.goto(tokwatt.api);
  });
  afterAll(async () => {
    await pages.dispose();
    await tokwatt.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(ADDRESSES)('are shown as they are, on one line: %s', async (address) => {
    await goTo(page, address);
    // In whichever form the name is shown.
    await page.waitForFunction(() => /202e|\u202e/iu.test(document.body.textContent));
    await settled(page);
    expect(await unseenCharacters(page)).toEqual([]);
  });
});

/** Answers of a model, a program and a session with odd names. */
function seed(into: string): void {
  const end = Date.now() - 60_000;
  const { client } = activityRecord();
  seedLedger(
    into,
    Array.from({ length: ROWS }, (_, at) =>
      activityRecord({
        id: at + 1,
        startedAt: end - (ROWS - at) * 1_000 - 2_000,
        completedAt: end - (ROWS - at) * 1_000,
        model: MODEL,
        responseModel: MODEL,
        architecture: ODD,
        finishReason: ODD,
        sessionId: ODD,
        sessionSource: 'header',
        client: { ...client, application: ODD, origin: ODD, tag: ODD },
      }),
    ),
  );
}
