/** All pages, in the order of the navigation. */
export const PAGE_NAMES = [
  'overview',
  'history',
  'activity',
  'models',
  'clients',
  'hardware',
  'alerts',
  'playground',
  'settings',
] as const;
export type PageName = (typeof PAGE_NAMES)[number];

/** The address of a page, or of a part of it: `/settings/alerts`. Parts are encoded. */
export function addressOf(page: PageName, part?: string): string {
  const path = page === 'overview' ? '/' : `/${page}`;
  return part === undefined ? path : `${path}/${encodeURIComponent(part)}`;
}

/** The page of an address such as `/history?range=24h`; the overview for an unknown one. */
export function pageNameOf(address: string): PageName {
  const name = address.split(/[/?]/)[1];
  return PAGE_NAMES.find((each) => each === name) ?? 'overview';
}

/** The decoded part of the page in an address, or null. */
export function partOf(address: string): string | null {
  const part = address.split('?', 1)[0]?.split('/')[2] ?? '';
  if (part === '') return null;
  try {
    return decodeURIComponent(part);
  } catch {
    // Written by hand.
    return part;
  }
}
