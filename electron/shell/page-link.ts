import { PAGE_NAMES, addressOf } from '../../shared/page-address.ts';
import type { PageName } from '../../shared/page-address.ts';

const LONGEST = 1_000;
/** A page, one part of it and a query, as in `tokwatt://models/qwen3%3A8b`. */
const LINK = /^tokwatt:\/\/(?:([a-z]+)(?:\/([^/?#]*))?\/?)?(?:\?([^#]*))?$/i;
/** A name, without control characters. */
const NAME = /^[^\p{Cc}]{1,300}$/u;

/** The pages that have parts, and what names one. */
const PARTS: Readonly<Partial<Record<PageName, RegExp>>> = {
  activity: /^\d{1,15}$/,
  models: NAME,
  clients: NAME,
  settings: /^[a-z]{1,40}$/,
};
/** The one member that the query of a link may have. */
const QUERIES: Readonly<Partial<Record<PageName, readonly [name: string, value: RegExp]>>> = {
  alerts: ['rule', NAME],
  history: ['range', /^[\da-z~]{1,40}$/],
};

/** The first link among the words of a command line; null if none. */
export function linkIn(argv: readonly string[]): string | null {
  return argv.find(isLink) ?? null;
}

/** True for a word that the system passes on as a link of ours. */
export function isLink(word: string): boolean {
  return /^tokwatt:/i.test(word);
}

/**
 * The address in the window that a link of another program names: `tokwatt://activity/123`,
 * `tokwatt://history?range=7d`. Null for everything else than a page. Any program and web page can make a link, so it
 * only ever shows a page, and can hold nothing but what names one.
 */
export function addressOfLink(link: string): string | null {
  const found = link.length > LONGEST ? null : LINK.exec(link);
  if (found === null) return null;
  const [, name = 'overview', rawPart = '', query] = found;
  const page = PAGE_NAMES.find((each) => each === name.toLowerCase());
  const part = decoded(rawPart);
  if (page === undefined || part === null) return null;
  if (query !== undefined) return part === '' ? withQuery(page, query) : null;
  if (part === '') return addressOf(page);
  if (PARTS[page]?.test(part) !== true) return null;
  return page === 'activity' ? `${addressOf(page)}?id=${part}` : addressOf(page, part);
}

function withQuery(page: PageName, query: string): string | null {
  const [name, value] = QUERIES[page] ?? [];
  const [entry, ...others] = new URLSearchParams(query);
  if (entry === undefined) return addressOf(page);
  if (others.length > 0 || entry[0] !== name || value?.test(entry[1]) !== true) return null;
  return `${addressOf(page)}?${new URLSearchParams([entry]).toString()}`;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
