/** Uses a page with the keyboard alone. After each key something must have the focus, and show it. */
import type { Locator, Page } from 'playwright-core';
import { expect, vi } from 'vitest';

/** What an action opens or closes takes its time. */
const PATIENCE = { timeout: 20_000, interval: 25 };
/** More stops than any page has. */
const MOST_STOPS = 120;
const END = 'END';

export interface Keyboard {
  /** Presses keys one after the other: `Enter`, `Shift+Tab`. */
  readonly press: (...keys: string[]) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  /** Tabs until the target has the focus. */
  readonly tabTo: (target: Locator, key?: 'Tab' | 'Shift+Tab') => Promise<void>;
  /** Waits until the target has the focus, because an action moves it there. */
  readonly focusIsOn: (target: Locator) => Promise<void>;
}

export function keyboardOf(page: Page): Keyboard {
  const check = async (step: string): Promise<void> => {
    await vi.waitFor(
      async () => expect(await page.evaluate(focusFault), `after ${step}`).toBeNull(),
      PATIENCE,
    );
  };
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      await page.keyboard.press(key);
      await check(key);
    }
  };
  const hasFocus = (target: Locator): Promise<boolean> =>
    target.evaluateAll((all) => all.includes(document.activeElement as HTMLElement));
  return {
    press,
    type: async (text) => {
      await page.keyboard.type(text);
      await check(`"${text}"`);
    },
    tabTo: async (target, key = 'Tab') => {
      await target.waitFor({ state: 'attached' });
      const stops: string[] = [];
      while (!(await hasFocus(target))) {
        if (stops.length > MOST_STOPS) throw new Error(`Not reached: ${stops.join(' → ')}`);
        await page.keyboard.press(key);
        const stop = await page.evaluate(stopName);
        stops.push(stop);
        // After the last stop the browser's own controls have a turn.
        if (stop !== END || stops.filter((each) => each === END).length > 1) await check(key);
      }
    },
    focusIsOn: async (target) => {
      await vi.waitFor(async () => {
        const stop = await page.evaluate(stopName);
        expect(await hasFocus(target), `${String(target)} has the focus, not ${stop}`).toBe(true);
      }, PATIENCE);
      await check('it was moved');
    },
  };
}

/** Runs in the page. */
function stopName(): string {
  const active = document.activeElement;
  return active === null || active === document.body
    ? 'END'
    : (active.getAttribute('aria-label') ?? active.textContent).slice(0, 40);
}

/** What is wrong with the focus; null if it is seen. Runs in the page. */
function focusFault(): string | null {
  const active = document.activeElement;
  if (active === null || active === document.body) return 'nothing has the focus';
  const { top, bottom, left, right } = active.getBoundingClientRect();
  const isInSight = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  const name = active.outerHTML.slice(0, 160);
  if (!isInSight) return `out of sight: ${name}`;
  // A dialog is in front of all else. The main part is where the skip link leads.
  if (active.matches('[role=dialog], dialog, main')) return null;
  // A bar of a chart has a line around it.
  const { stroke = 'none' } = active.matches('svg *')
    ? getComputedStyle(active.firstElementChild ?? active)
    : {};
  if (stroke !== 'none') return null;
  // Of a radio button the label beside it is shown, of a field in a frame the frame.
  const shown = [active, active.nextElementSibling, active.parentElement];
  const isMarked = shown.some((element) => {
    if (element === null) return false;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const isDrawn = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1;
    return isDrawn && !/^rgba\(.*, 0\)$|^transparent$/.test(outlineColor);
  });
  return isMarked ? null : `without a mark: ${name}`;
}
