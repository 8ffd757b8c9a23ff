import { useEffect } from 'react';
import type { RefObject } from 'react';

/** What closes moves the focus itself within this time, milliseconds. */
const WAIT_MS = 100;
/** What can take the place of a removed element: the part of the page that it was in. */
const PLACES = 'section, form, [role="dialog"], main';

/**
 * Keeps the keyboard where it was if the focused element is removed: a row that ends, a button that
 * did its work, a page that another one replaces. Browsers would begin again at the top. The focus
 * goes to the nearest part that is still there, and never to another button, which a second press of
 * the key would activate.
 */
export function useKeptFocus(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: Element | null = null;
    let places: readonly HTMLElement[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onFocus = ({ target }: FocusEvent): void => {
      if (!(target instanceof Element)) return;
      last = target;
      places = placesAround(target);
    };
    const onBlur = ({ target }: FocusEvent): void => {
      // What is still there afterwards was left on purpose.
      queueMicrotask(() => {
        if (target === last && last?.isConnected === true) last = null;
      });
    };
    const restore = (): void => {
      timer = undefined;
      if (last === null || last.isConnected || document.activeElement !== document.body) return;
      focusOn(places.find((place) => place.isConnected) ?? main.current);
    };
    const observer = new MutationObserver(() => {
      if (last === null || last.isConnected || timer !== undefined) return;
      timer = setTimeout(restore, WAIT_MS);
    });
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener('focusin', onFocus);
    document.addEventListener('focusout', onBlur);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('focusout', onBlur);
    };
  }, [main]);
}

/** The nearest first. */
function placesAround(element: Element): readonly HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    if (at.matches(PLACES)) found.push(at);
  }
  return found;
}

function focusOn(place: HTMLElement | null): void {
  if (place === null) return;
  if (!place.hasAttribute('tabindex')) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}
