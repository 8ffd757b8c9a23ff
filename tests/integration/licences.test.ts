/** The licences of all that is shipped. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../scripts/setup/browser.mjs';
import { ensureBuild } from '../../scripts/setup/project.mjs';
import { startHeadless } from '../support/headless.ts';
import { startRendererPages } from '../support/renderer-page.ts';

const NOW = Date.UTC(2026, 10, 21, 13);
const DIST = resolve(import.meta.dirname, '../../dist');

beforeAll(() => ensureBuild(() => undefined));

const licences = (): string => readFileSync(join(DIST, 'renderer/licences.txt'), 'utf8');
/** A line for each version of each package. */
const lines = (): string[] =>
  licences()
    .replace(/\n\n[^]*$/, '')
    .split('\n');
const listed = (): Set<string> => new Set(lines().map((line) => line.replace(/ \S+ \(.*\)$/, '')));

/** The packages that the source maps name. */
function packagesInMaps(): Set<string> {
  const found = new Set<string>();
  for (const name of readdirSync(DIST, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.map')) continue;
    const { sources } = JSON.parse(readFileSync(join(DIST, name), 'utf8')) as { sources: string[] };
    for (const source of sources) {
      const last = [...source.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1)?.[1];
      if (last !== undefined) found.add(last);
    }
  }
  return found;
}

describe('the licences', () => {
  it('are there for every package of which a bundle has code, and for the native ones', () => {
    const packages = packagesInMaps();
    expect(packages.size).toBeGreaterThan(100);
    const known = listed();
    expect([...packages, 'koffi', 'libsql'].filter((name) => !known.has(name))).toEqual([]);
    expect(licences()).not.toMatch(/\(unknown\)/);
  });

  it('are served with the page, without a token', async () => {
    const tokwatt = await startHeadless();
    const answer = await fetch(`${tokwatt.api}/licences.txt`);
    expect(await answer.text()).toBe(licences());
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    await tokwatt.stop();
  });

  it('are listed in the settings, About', async ({ skip }) => {
    const browser = findBrowser();
    if (browser === null) return skip('there is no browser');
    const pages = await startRendererPages(NOW, browser);
    try {
      const page = await pages.open('full', { view: '#/settings/about' });
      await page.getByText('Licences of other software').click();
      const items = page.locator('details[open] li');
      await expect.poll(() => items.count()).toBe(lines().length);
      expect(await page.locator('details[open] pre').textContent()).toMatch(/without warrant/i);
      if (process.env.TOKWATT_PICTURE !== undefined) {
        await page.screenshot({ path: process.env.TOKWATT_PICTURE, fullPage: true });
      }
    } finally {
      await pages.dispose();
    }
    return undefined;
  });
});
