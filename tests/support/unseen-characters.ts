/** Finds names in a page that can break a line or look like another name. */
import type { Page } from 'playwright-core';

/** One line for each text of the page with a control character or one that cannot be seen. */
export async function unseenCharacters(page: Page): Promise<string[]> {
  return page.evaluate(findUnseen);
}

/** Runs in the page, so it cannot use anything else from this module. */
function findUnseen(): string[] {
  const UNSEEN = /[\u0007\u200b\u202e]/u;
  const ATTRIBUTES = ['title', 'aria-label', 'aria-description', 'alt', 'placeholder'];
  const faults = new Set<string>();
  function check(text: string | null, what: string, element: Element | null): void {
    if (text === null || !UNSEEN.test(text)) return;
    const path = [];
    for (let at = element; at !== null && path.length < 4; at = at.parentElement) {
      path.push(`${at.localName}.${at.getAttribute('class')?.split(' ')[0] ?? ''}`);
    }
    faults.add(`${what} ${JSON.stringify(text)} in ${path.join(' < ')}`);
  }
  check(document.title, 'title of the document', null);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() !== null) {
    check(texts.currentNode.nodeValue, 'text', texts.currentNode.parentElement);
  }
  for (const element of document.body.querySelectorAll('*')) {
    for (const name of ATTRIBUTES) check(element.getAttribute(name), name, element);
  }
  return [...faults];
}
