/** Checks the accessibility of a page with axe. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/**
 * The rules whose result depends on the colour scheme, for a page that was already checked in the
 * other one.
 */
export const SCHEME_RULES: readonly string[] = ['color-contrast', 'link-in-text-block'];

/**
 * The violations on the page, one line for each rule with the affected elements.
 * @param rules rules to check; all of axe's by default
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Without cross-origin frames, legacy mode finds the same. It needs no additional blank page, and
  // it is two to four times faster if passing elements are not described.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  if (rules !== undefined) axe.withRules([...rules]);
  const { violations: found, passes } = await axe.analyze();
  // If no rule was applied, the check has proved nothing.
  expect(passes.length).toBeGreaterThan(0);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}
