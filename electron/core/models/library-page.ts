/**
 * Parses the search page of the public model library. The page is made for people and its layout
 * changes, so the parser uses the most stable features: a list item that links to a model is a
 * model. It uses the site's own test attributes (`x-test-…`) if present, otherwise the visible
 * text.
 */

/** A model in the library; null for values that the page does not contain. */
export interface LibraryModel {
  /** The name to download it by. */
  readonly name: string;
  readonly description: string | null;
  /** Parameter sizes, such as `8b`. Each is a tag of the model. */
  readonly sizes: readonly string[];
  /** Such as `tools`, `vision`, `thinking`, `embedding`, `cloud`. */
  readonly capabilities: readonly string[];
  /** Number of downloads as rounded by the library, such as `11.3M`. */
  readonly pulls: string | null;
  readonly tagCount: number | null;
  /** Such as `2 weeks ago`. */
  readonly updated: string | null;
  readonly url: string;
}

const CAPABILITIES = /^(?:tools|vision|thinking|embedding|cloud|audio|image|code|insert)$/i;
const SIZE = /^(?:[ea]?\d{1,4}x)?[ea]?\d{1,5}(?:\.\d{1,3})?[bm]$/;
/** Longest item in characters. Real items have about 3,000. */
const MAX_ITEM = 20_000;
/** Most items. Real pages have a few dozen. */
const MAX_ITEMS = 2_000;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** The models of a page in its order; null if it is not a page of search results. Pure. */
export function libraryModels(html: string, base: string): LibraryModel[] | null {
  const found = new Map<string, LibraryModel>();
  // Splits at the start of each item, so that closing tags do not matter.
  for (const item of html.split(/(?=<li[\s>])/i, MAX_ITEMS).slice(1)) {
    const model = modelOf(item.slice(0, MAX_ITEM), base);
    if (model !== null && !found.has(model.name)) found.set(model.name, model);
  }
  if (found.size === 0 && !/no models found|x-test-model/i.test(html)) return null;
  return [...found.values()];
}

function modelOf(item: string, base: string): LibraryModel | null {
  const link = /<a\s[^<>]*?href="(?:https?:\/\/[^/"<>]{1,200})?\/([\w.-]+)\/([\w.-]+)"/i.exec(item);
  const [, owner, model] = link ?? [];
  const texts = visibleTexts(item);
  const all = texts.join(' ');
  const isModel = /\sx-test-model[\s>=]/i.test(item) || /\bpulls?\b/i.test(all);
  if (owner === undefined || model === undefined || !isModel) return null;
  const name = owner === 'library' ? model : `${owner}/${model}`;
  const sizes = marked(item, 'size');
  const capabilities = marked(item, 'capability');
  return {
    name,
    description: firstParagraph(item),
    sizes: lower(sizes.length > 0 ? sizes : texts.filter((text) => SIZE.test(text))),
    capabilities: lower(
      capabilities.length > 0 ? capabilities : texts.filter((text) => CAPABILITIES.test(text)),
    ),
    pulls:
      marked(item, 'pull-count')[0] ?? /([\d.,]{1,12} ?[KMB]?) pulls?\b/i.exec(all)?.[1] ?? null,
    tagCount: wholeNumber(marked(item, 'tag-count')[0] ?? /(\d{1,6}) tags?\b/i.exec(all)?.[1]),
    updated:
      marked(item, 'updated')[0] ?? /updated (.{1,40}? ago|yesterday)/i.exec(all)?.[1] ?? null,
    url: new URL(`/${owner}/${model}`, base).href,
  };
}

/** The texts of the elements with a test attribute. */
function marked(item: string, mark: string): string[] {
  const pattern = new RegExp(`<\\w+\\s[^<>]*?x-test-${mark}[\\s=>][^<]*`, 'gi');
  return [...item.matchAll(pattern)]
    .map(([element]) => plain(element.slice(element.lastIndexOf('>') + 1)))
    .filter((text) => text !== '');
}

function firstParagraph(item: string): string | null {
  const [, ...after] = item.split(/<p(?=[\s>])/i, 2);
  const text = plain(`<p${after[0] ?? '>'}`.split(/<\/p>/i, 1)[0] ?? '');
  return text === '' || /\bpulls?\b/i.test(text) ? null : text;
}

/** The visible texts, one for each stretch between two tags. */
function visibleTexts(item: string): string[] {
  return item
    .split(/<[^<>]*>/)
    .map(plain)
    .filter((text) => text !== '');
}

function plain(html: string): string {
  return html
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|(\w{2,6}));/gi, entity)
    .replace(/\s+/g, ' ')
    .trim();
}

function entity(whole: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
  const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
}

function lower(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => text.toLowerCase()))];
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
