/**
 * All pages of the window with the same content in every run: a fixed state, and the API of a real Tokwatt whose
 * clock stands still.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { SECTIONS } from '../../renderer/features/settings/sections.ts';
import { PAGES } from '../../renderer/frame/pages.tsx';
import { addressOf } from '../../shared/page-address.ts';
import type { PageName } from '../../shared/page-address.ts';
import { startFixedTokwatt } from './fixed-tokwatt.ts';
import { seedHistory } from './history-ledger.ts';
import { startOllamaLike } from './ollama-like.ts';
import { pictureFonts } from './fonts.ts';
import { startRendererPages } from './renderer-page.ts';
import type { RendererPages } from './renderer-page.ts';

/** A Saturday. In the time zone of the pages it is 14:03. */
export const NOW = Date.UTC(2026, 10, 21, 13, 3, 7);
const TIME_ZONE = 'Europe/Berlin';
const LONG_NAME = 'mistral-small:24b-instruct-2501-q4_K_M';
const GIB = 2 ** 30;
/** Frames in a row without a request, after which a page is taken to be complete. */
const QUIET_FRAMES = 4;
/** Charts measure their width in one frame and draw in the next. */
const RESIZED_FRAMES = 2;

/** Of all pages in the navigation, whichever they are. */
export const PAGE_NAMES: readonly PageName[] = PAGES.map(({ name }) => name);

/** Addresses of what the pages show in parts. */
export const PARTS: readonly string[] = [
  ...SECTIONS.map((name) => addressOf('settings', name)),
  addressOf('models', LONG_NAME),
  addressOf('clients', 'Open WebUI'),
  `${addressOf('activity')}?id=1000`,
  `${addressOf('activity')}?view=sessions`,
  `${addressOf('history')}?range=30d&by=model&compare=before`,
];

export interface FixedPages {
  /** The scenario `empty` asks a Tokwatt without any data. */
  readonly pages: RendererPages;
  readonly dispose: () => Promise<void>;
}

export async function startFixedPages(browserPath: string): Promise<FixedPages> {
  const folders = ['full', 'empty'].map((name) => mkdtempSync(join(tmpdir(), `tokwatt-${name}-`)));
  const [full = '', empty = ''] = folders;
  seedHistory(full, NOW);
  const upstream = await startOllamaLike({
    models: { 'qwen3:8b': 5 * GIB, 'gpt-oss:20b': 13 * GIB, [LONG_NAME]: 14 * GIB },
  });
  const bare = await startOllamaLike({ models: {} });
  const [used, unused] = await Promise.all([
    startFixedTokwatt(NOW, { dataDir: full, upstream: upstream.url, timeZone: TIME_ZONE }),
    startFixedTokwatt(NOW, { dataDir: empty, upstream: bare.url, timeZone: TIME_ZONE }),
  ]);
  const fonts = pictureFonts();
  const pages = await startRendererPages(NOW, browserPath, {
    env: fonts.env,
    source: (name) => (name === 'empty' ? unused : used).source,
    timeZone: TIME_ZONE,
  });
  return {
    pages,
    dispose: async () => {
      await pages.dispose();
      fonts.dispose();
      await Promise.all([used.tokwatt.stop(), unused.tokwatt.stop()]);
      await Promise.all([upstream.stop(), bare.stop()]);
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens an address in the page, and returns when it is complete. */
export async function goTo(page: Page, address: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, address);
  // The code of a page comes when it is first opened; until then there is nothing to wait for.
  const [, name = ''] = /^\/([a-z]*)/.exec(address) ?? [];
  await page.locator(`[data-page="${name === '' ? 'overview' : name}"]`).waitFor();
  await settled(page);
}

/** Gives the page another size, and returns when it is drawn. */
export async function resize(
  page: Page,
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  await page.setViewportSize(size);
  await settled(page, RESIZED_FRAMES);
}

/** Waits until nothing is asked for and all that was answered is drawn. */
export async function settled(page: Page, quietFrames = QUIET_FRAMES): Promise<void> {
  await page.evaluate(async (wanted) => {
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    const requests = (): number => performance.getEntriesByType('resource').length;
    for (let quiet = 0, before = -1; quiet < wanted;) {
      await frame();
      const isBusy = document.querySelector('[aria-busy="true"]') !== null || requests() !== before;
      quiet = isBusy ? 0 : quiet + 1;
      before = requests();
    }
  }, quietFrames);
}
