import { addressOf, pageNameOf } from '../../shared/page-address.ts';
import type { PageName } from '../../shared/page-address.ts';
import { readPersisted, writePersisted } from './persisted.ts';

const KEY = 'addresses';
/** The key of the page that was open last. */
const LAST = 'page';

function all(): Partial<Record<PageName, string>> {
  try {
    const stored: unknown = JSON.parse(readPersisted(KEY) ?? '{}');
    return typeof stored === 'object' && stored !== null ? stored : {};
  } catch {
    return {};
  }
}

/** Remembers where a page was left: its range, filters and selection. */
export function rememberAddress(address: string): void {
  const page = pageNameOf(address);
  writePersisted(KEY, JSON.stringify({ ...all(), [page]: address }));
  writePersisted(LAST, page);
}

/** The address of a page: where it was left, or its start. */
export function lastAddressOf(page: PageName, which: 'last' | 'start'): string {
  const start = addressOf(page);
  const last = which === 'last' ? all()[page] : undefined;
  return typeof last === 'string' && pageNameOf(last) === page ? last : start;
}

/** The address with which the window opens if it is not given one: that of the last run. */
export function addressOfLastRun(): string | null {
  const page = readPersisted(LAST);
  return page === null ? null : lastAddressOf(pageNameOf(`/${page}`), 'last');
}
