/** Accessibility of a page, as axe sees it. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What differs between the light and the dark scheme of a page that was looked at in one of them. */
export const SCHEME_RULES: readonly string[] = ['color-contrast', 'link-in-text-block'];

/**
 * What is wrong with the page, a line a rule with the elements it is about.
 * @param rules all of axe's if absent
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Without frames from elsewhere, legacy mode sees the same. It needs no blank page beside this one, and elements
  // that are right need no description: two to four times faster.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  if (rules !== undefined) axe.withRules([...rules]);
  const { violations: found, passes } = await axe.analyze();
  // A rule that looked at nothing has proved nothing.
  expect(passes.length).toBeGreaterThan(0);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}
