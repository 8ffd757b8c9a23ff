/** All pages at all sizes: no text is cut, nothing is pulled apart, and nothing moves by itself. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressOf } from '../../shared/page-address.ts';
import type { Locale } from '../../shared/messages/messages.ts';
import { PAGE_NAMES, PARTS, goTo, resize, startFixedPages } from '../support/fixed-pages.ts';
import type { FixedPages } from '../support/fixed-pages.ts';
import { findChromium } from '../support/renderer-page.ts';
import { stretched } from '../support/stretched.ts';
import { textFaults } from '../support/text-overflow.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const SMALL_PHONE = { width: 360, height: 800 };
/** The desk at a zoom of 200 %. */
const ZOOMED = { width: 640, height: 400 };
const HUGE = { width: 2560, height: 1440 };
const LANGUAGES: readonly Locale[] = ['en', 'de', 'zh-CN'];
/** Of the languages, the one with the longest words. */
const WORDIEST: Locale = 'de';
const LONG_NAME = 'hf.co/unsloth/Qwen3-Coder-480B-A35B-Instruct-1M-GGUF:UD-Q2_K_XL';
const SLOW = { timeout: 180_000 };

describe.skipIf(browserPath === null)(`the layout of all pages${why}`, () => {
  let fixed: FixedPages;

  beforeAll(async () => {
    fixed = await startFixedPages(browserPath!);
  });
  afterAll(() => fixed.dispose());

  async function faultsAt(page: Page, sizes: readonly (typeof DESK)[]): Promise<string[]> {
    const faults: string[] = [];
    for (const size of sizes) {
      await resize(page, size);
      const found = await textFaults(page);
      faults.push(...found.map((fault) => `${page.url()} at ${size.width} px: ${fault}`));
    }
    return faults;
  }

  test.each(LANGUAGES)(
    '%s: texts fit at every width and at a zoom of 200 percent',
    SLOW,
    async (language) => {
      const page = await fixed.pages.open('full', { language, ...DESK });
      const faults: string[] = [];
      for (const name of PAGE_NAMES) {
        await goTo(page, addressOf(name));
        // A text that fits at the smallest width and on the desk fits between them, but for the longest words.
        const sizes =
          language === WORDIEST ? [DESK, ZOOMED, PHONE, SMALL_PHONE] : [DESK, SMALL_PHONE];
        faults.push(...(await faultsAt(page, sizes)));
      }
      for (const address of PARTS) {
        await goTo(page, address);
        faults.push(
          ...(await faultsAt(page, language === WORDIEST ? [DESK, SMALL_PHONE] : [SMALL_PHONE])),
        );
      }
      expect(faults).toEqual([]);
    },
  );

  test('at 2560 px pages have more columns, not wider ones', SLOW, async () => {
    const page = await fixed.pages.open('full', HUGE);
    for (const address of [...PAGE_NAMES.map((name) => addressOf(name)), ...PARTS]) {
      await goTo(page, address);
      expect([...(await stretched(page)), ...(await textFaults(page))], address).toEqual([]);
    }
  });

  test('a name cut in its middle is one name for screen readers, and copied whole', async () => {
    const page = await fixed.pages.open('full', DESK);
    await goTo(page, addressOf('overview'));
    const name = page.getByText(LONG_NAME, { exact: true }).first();
    await name.waitFor();
    const devtools = await page.context().newCDPSession(page);
    const { nodes } = await devtools.send('Accessibility.getFullAXTree');
    const names = nodes.map((node) => String(node.name?.value ?? ''));
    const [start = '', end = ''] = LONG_NAME.split(/(?=:[^:]*$)/);
    expect(names.some((each) => each.includes(LONG_NAME))).toBe(true);
    expect(names.filter((each) => each === start || each.includes(`${start} ${end}`))).toEqual([]);
    const copied = await name.evaluate((element) => {
      getSelection()?.selectAllChildren(element.parentElement ?? element);
      return getSelection()?.toString();
    });
    expect(copied?.trim()).toBe(LONG_NAME);
  });

  test('nothing moves by itself if the user wants less motion', SLOW, async () => {
    const page = await fixed.pages.open('full', DESK);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    for (const name of PAGE_NAMES) {
      await goTo(page, addressOf(name));
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      expect(await page.evaluate(motions), name).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    // The check finds motion where there is some.
    await goTo(page, addressOf('overview'));
    expect(await page.evaluate(motions)).not.toEqual([]);
  });
});

/** Elements that are or would be moved over time. Runs in the page. */
function motions(): string[] {
  const isSlow = (durations: string): boolean =>
    durations.split(',').some((each) => Number.parseFloat(each) > 0);
  const styled = [...document.querySelectorAll('*')].flatMap((element) =>
    [undefined, '::before', '::after'].flatMap((pseudo) => {
      const style = getComputedStyle(element, pseudo);
      const moves =
        isSlow(style.transitionDuration) ||
        (style.animationName !== 'none' && isSlow(style.animationDuration)) ||
        style.scrollBehavior === 'smooth' ||
        element.localName.startsWith('animate');
      return moves ? [element.outerHTML.slice(0, 120)] : [];
    }),
  );
  // One without a duration shows something late, and moves nothing.
  const running = document
    .getAnimations()
    .filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 0)
    .map(({ id }) => `runs: ${id}`);
  return [...new Set([...styled, ...running])];
}
