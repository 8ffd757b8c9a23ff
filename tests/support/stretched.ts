/** Finds what a very wide window pulls apart. */
import type { Page } from 'playwright-core';

/** One line for each row with a wide gap, each long line of text and each wide field. */
export async function stretched(page: Page): Promise<string[]> {
  return page.evaluate(findStretched);
}

/** Runs in the page, so it cannot use anything else from this module. */
function findStretched(): string[] {
  /** The eye loses a row in a wider gap, and a line of text that is longer. CSS pixels. */
  const WIDEST_GAP = 640;
  const WIDEST_LINE = 1_020;
  const faults: string[] = [];
  const main = document.querySelector('main');
  if (main === null) return ['no page'];
  const extent = (element: Element): DOMRect => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect();
  };
  for (const row of main.querySelectorAll('[role=row]')) {
    const cells = [...row.children].map(extent).filter(({ width }) => width > 0);
    const gaps = cells.slice(1).map(({ left }, index) => left - (cells[index]?.right ?? left));
    const widest = Math.max(0, ...gaps);
    if (widest > WIDEST_GAP) faults.push(`gap of ${Math.round(widest)} px: ${row.textContent}`);
  }
  for (const paragraph of main.querySelectorAll('p, li, dd')) {
    const isLine = [...paragraph.childNodes].some(
      (node) => node instanceof Text && node.data.trim() !== '',
    );
    const { width } = extent(paragraph);
    if (isLine && width > WIDEST_LINE) faults.push(`long line: ${paragraph.textContent}`);
  }
  for (const field of main.querySelectorAll('input, textarea, [role=combobox]')) {
    const { width } = field.getBoundingClientRect();
    if (width > WIDEST_LINE) faults.push(`wide field: ${field.outerHTML.slice(0, 120)}`);
  }
  return [...new Set(faults)];
}
