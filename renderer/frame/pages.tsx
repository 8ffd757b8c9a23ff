import { lazy } from 'react';
import type { ComponentType } from 'react';
import { pageNameOf } from '../state/page-address.ts';
import type { PageName } from '../state/page-address.ts';

/** A page of the window. */
export interface Page {
  readonly name: PageName;
  /** Follows `g` on the keyboard. */
  readonly key: string;
  /** Path of its icon in a box of 16 × 16. */
  readonly icon: string;
  /** Loads its code; called when the page is first opened or about to be. */
  readonly load: () => Promise<unknown>;
  readonly Component: ComponentType;
}

/** The code of a page is a part of its own that is loaded when the page is first opened. */
function page<Module>(
  name: PageName,
  { key, icon }: Pick<Page, 'key' | 'icon'>,
  load: () => Promise<Module>,
  pick: (module: Module) => ComponentType,
): Page {
  const Component = lazy(async () => ({ default: pick(await load()) }));
  return { name, key, icon, load, Component };
}

/** In the order of the navigation. */
export const PAGES: readonly Page[] = [
  page(
    'overview',
    { key: 'o', icon: 'M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3H9zM2.5 10.5H7v3H2.5zM9 7.5h4.5v6H9z' },
    () => import('../features/overview/Overview.tsx'),
    ({ Overview }) => Overview,
  ),
  page(
    'clients',
    {
      key: 'c',
      icon: 'M8 3a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zM3 13.5c.4-2.6 2.2-4 5-4s4.6 1.4 5 4z',
    },
    () => import('../features/clients/Clients.tsx'),
    ({ Clients }) => Clients,
  ),
  page(
    'settings',
    {
      key: 's',
      icon: 'M2.5 4.5h6m3 0h2M2.5 11.5h2m3 0h6M10 3v3M6 10v3',
    },
    () => import('../features/settings/Settings.tsx'),
    ({ Settings }) => Settings,
  ),
];

/** The page of an address such as `/history?range=24h`. */
export function pageOf(address: string): Page {
  const name = pageNameOf(address);
  const [overview] = PAGES;
  const found = PAGES.find((each) => each.name === name) ?? overview;
  if (found === undefined) throw new Error('There are no pages');
  return found;
}
