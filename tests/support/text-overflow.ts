/** Finds texts that a page does not show in full, and pages that scroll sideways. */
import type { Page } from 'playwright-core';

/**
 * One line for each fault. A text may be cut if an ellipsis says so and a title has the whole of it, and may be
 * outside of its box if one can scroll to it.
 */
export async function textFaults(page: Page): Promise<string[]> {
  return page.evaluate(findTextFaults);
}

/** Where an element is, and what it does with what does not fit. */
interface Box {
  readonly left: number;
  readonly right: number;
  /** True if it or an element around it is shown to screen readers only. */
  readonly isClipped: boolean;
  readonly display: string;
  readonly overflowX: string;
  readonly textOverflow: string;
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
  /** Most texts have the same elements around them, and asking for a style takes longer than all else. */
  const boxes = new Map<Element, Box>();
  function boxOf(element: Element): Box {
    const known = boxes.get(element);
    if (known !== undefined) return known;
    const { clipPath, position, display, overflowX, textOverflow } = getComputedStyle(element);
    const { left, right } = element.getBoundingClientRect();
    const isClipped =
      (clipPath !== 'none' && position === 'absolute') ||
      (element.parentElement !== null && boxOf(element.parentElement).isClipped);
    const box = { left, right, isClipped, display, overflowX, textOverflow };
    boxes.set(element, box);
    return box;
  }
  function isShown(element: Element): boolean {
    const isVisible = { opacityProperty: true, visibilityProperty: true };
    return !boxOf(element).isClipped && element.checkVisibility(isVisible);
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
      const box = boxOf(at);
      const isOutside = left < box.left - SLACK || right > box.right + SLACK;
      if (box.overflowX === 'auto' || box.overflowX === 'scroll') return;
      if (box.display === 'inline') continue;
      const cuts = box.overflowX === 'hidden' || box.overflowX === 'clip';
      if (isOutside && cuts) {
        const isMarked = box.textOverflow === 'ellipsis' && isTitled(at);
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
