import { createContext, use } from 'react';
import type { PageName } from './page-address.ts';

/** The pages that this window has. The frame provides them, because it knows the pages. */
export const PageListContext = createContext<readonly PageName[]>([]);

/** True if the window has a page, so that links to it lead somewhere. */
export function useHasPage(name: PageName): boolean {
  return use(PageListContext).includes(name);
}
