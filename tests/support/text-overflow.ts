/** Finds texts that a page does not show in full, and pages that scroll sideways. */
import type { Page } from 'playwright-core';

/**
 * One line for each fault. A text may be cut if an ellipsis says so and a title has the whole of it, and may be
 * outside of its box if one can scroll to it.
 */
export async function textFaults(page: Page): Promise<string[]> {
  return page.evaluate(findTextFaults);
}

/** Runs in the page, so it cannot use anything else from this module. */
function findTextFaults(): string[] {
  /** Glyphs may be wider than their advance by parts of a pixel. */
  const SLACK = 1;
  const faults: string[] = [];

  function place(element: Element): string {
    const names = [];
    for (let at: Element | null = element; at !== null && names.length < 3; at = at.parentElement) {
      names.push(`${at.localName}.${at.getAttribute('class')?.split(' ')[0] ?? ''}`);
    }
    return names.join(' < ');
  }
  function isShown(element: Element): boolean {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const { clipPath, position } = getComputedStyle(at);
      if (clipPath !== 'none' && position === 'absolute') return false;
    }
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  }
  function isTitled(element: Element): boolean {
    return element.closest('[title]') !== null || element.querySelector('[title]') !== null;
  }
  function checkText(text: Text, element: Element): void {
    const range = document.createRange();
    range.selectNodeContents(text);
    const { left, right, width } = range.getBoundingClientRect();
    if (width <= 2) return;
    let isInBox = false;
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const style = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      const isOutside = left < box.left - SLACK || right > box.right + SLACK;
      if (style.overflowX === 'auto' || style.overflowX === 'scroll') return;
      if (style.display.startsWith('inline') && style.display === 'inline') continue;
      const cuts = style.overflowX === 'hidden' || style.overflowX === 'clip';
      if (isOutside && cuts) {
        const isMarked = style.textOverflow === 'ellipsis' && isTitled(at);
        if (!isMarked) faults.push(`cut: "${text.data.trim()}" in ${place(at)}`);
        return;
      }
      if (isOutside && !isInBox && !(at instanceof SVGElement)) {
        faults.push(`outside: "${text.data.trim()}" of ${place(at)}`);
        return;
      }
      // Boxes further out may be smaller on purpose, such as a part that is moved.
      isInBox = true;
    }
  }
  function checkHint(input: HTMLInputElement): void {
    if (input.value !== '' || input.placeholder === '') return;
    const style = getComputedStyle(input);
    const pen = document.createElement('canvas').getContext('2d');
    if (pen === null) return;
    pen.font = style.font;
    const room =
      input.clientWidth -
      Number.parseFloat(style.paddingLeft) -
      Number.parseFloat(style.paddingRight);
    if (pen.measureText(input.placeholder).width > room + SLACK) {
      faults.push(`cut: hint "${input.placeholder}" of ${place(input)}`);
    }
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const element = text.parentElement;
    if (element === null || (text as Text).data.trim() === '' || !isShown(element)) continue;
    if (element.localName === 'option' || element.localName === 'style') continue;
    checkText(text as Text, element);
  }
  for (const input of document.querySelectorAll('input')) if (isShown(input)) checkHint(input);
  for (const each of [document.documentElement, document.querySelector('main')]) {
    if (each !== null && each.scrollWidth > each.clientWidth) {
      faults.push(
        `${each.localName} scrolls sideways by ${each.scrollWidth - each.clientWidth} px`,
      );
    }
  }
  return [...new Set(faults)];
}
