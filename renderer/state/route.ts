import { useSyncExternalStore } from 'react';

export const VIEWS = ['overview', 'settings'] as const;
export type View = (typeof VIEWS)[number];

/** The address of a view within the page, or of a section of it. */
export function hrefOf(view: View, section?: string): string {
  if (view === 'overview') return '#/';
  return section === undefined ? `#/${view}` : `#/${view}/${section}`;
}

/** The view in the address; the overview by default. */
export function useView(): View {
  return useSyncExternalStore(subscribe, () => viewOf(location.hash));
}

/** The section of the view in the address, or null. */
export function useSection(): string | null {
  return useSyncExternalStore(subscribe, () => sectionOf(location.hash));
}

export function viewOf(hash: string): View {
  return VIEWS.find((view) => hash.split('/')[1] === view) ?? 'overview';
}

export function sectionOf(hash: string): string | null {
  const section = hash.split('/')[2] ?? '';
  return section === '' ? null : section;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
