import { lazy } from 'react';
import type { ComponentType } from 'react';
import { pageNameOf } from '../../shared/page-address.ts';
import type { PageName } from '../../shared/page-address.ts';

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
    'history',
    { key: 'h', icon: 'M2.5 2.5v11h11M5 10.5V8m3 2.5V5m3 5.5v-4' },
    () => import('../features/history/History.tsx'),
    ({ History }) => History,
  ),
  page(
    'activity',
    { key: 'a', icon: 'M2.5 4h11M2.5 8h11M2.5 12h7' },
    () => import('../features/activity/Activity.tsx'),
    ({ Activity }) => Activity,
  ),
  page(
    'models',
    { key: 'm', icon: 'M8 2 13.5 5v6L8 14 2.5 11V5zM2.5 5 8 8l5.5-3M8 8v6' },
    () => import('../features/models/Models.tsx'),
    ({ Models }) => Models,
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
    'hardware',
    {
      key: 'w',
      icon: 'M4.5 4.5h7v7h-7zM6.5 2.5v2m3-2v2m-3 7v2m3-2v2M2.5 6.5h2m-2 3h2m7-3h2m-2 3h2',
    },
    () => import('../features/hardware/Hardware.tsx'),
    ({ Hardware }) => Hardware,
  ),
  page(
    'alerts',
    {
      key: 'l',
      icon: 'M4 11.5V7a4 4 0 0 1 8 0v4.5M2.5 11.5h11M6.5 13.5h3M8 1.5V3',
    },
    () => import('../features/alerts/Alerts.tsx'),
    ({ Alerts }) => Alerts,
  ),
  page(
    'playground',
    { key: 'p', icon: 'M2.5 3h11v7.5h-6L4.5 13v-2.5h-2zM5 5.75h6M5 8h3.5' },
    () => import('../features/playground/Playground.tsx'),
    ({ Playground }) => Playground,
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
