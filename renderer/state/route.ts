import { useSyncExternalStore } from 'react';

export const VIEWS = ['overview', 'settings'] as const;
export type View = (typeof VIEWS)[number];

/** The address of a view within the page. */
export function hrefOf(view: View): string {
  return view === 'overview' ? '#/' : `#/${view}`;
}

/** The view that the address names; the overview where it names none. */
export function useView(): View {
  return useSyncExternalStore(subscribe, viewNow);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function viewNow(): View {
  return VIEWS.find((view) => hrefOf(view) === location.hash) ?? 'overview';
}
