import { useEffect } from 'react';
import { navigate } from '../state/address.ts';
import { lastAddressOf } from '../state/last-address.ts';
import { PAGES } from './pages.tsx';

/** How long after `g` the letter of a page may follow, milliseconds. */
const SEQUENCE_MS = 1_500;
/** Radio buttons and boxes take no letters. */
const TYPING =
  'input:not([type=radio], [type=checkbox]), textarea, select, [role=textbox], [role=dialog], dialog';

/** What keys can open. */
export interface PageKeyTargets {
  readonly openPalette: () => void;
  readonly openKeys: () => void;
}

/**
 * The keys of the whole window: `g` and a letter for a page, `/` for the page's search, the palette
 * with Ctrl K or ⌘K, `?` for the list of keys. Typing in a field is never a key, except the palette's.
 */
export function usePageKeys({ openPalette, openKeys }: PageKeyTargets): void {
  useEffect(() => {
    let goUntil = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.timeStamp < goUntil) {
        goUntil = 0;
        if (goTo(event.key)) event.preventDefault();
        return;
      }
      if (event.key === 'g') goUntil = event.timeStamp + SEQUENCE_MS;
      else if (event.key === '?') openKeys();
      else if (event.key === '/' && focusSearch()) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [openPalette, openKeys]);
}

function goTo(key: string): boolean {
  const page = PAGES.find((each) => each.key === key.toLowerCase());
  if (page !== undefined) navigate(lastAddressOf(page.name, 'last'));
  return page !== undefined;
}

/** A page marks its search field with `data-page-search`. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main [data-page-search]');
  field?.focus();
  field?.select();
  return field !== null;
}

/** Also true inside an open dialog, whose keys are its own. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.closest(TYPING) !== null)
  );
}
