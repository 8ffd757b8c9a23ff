import type { TokenPrice } from '../../../shared/cost-report.ts';
import * as v from 'valibot';
import type { CostSettings } from '../../../shared/cost-settings.ts';
import type { JsonDocument } from '../json-document.ts';
// Under the MIT licence of its authors: see data/README.md.
import bundled from './data/price-snapshot.json';
import type { ParsedPriceList } from './price-lists.ts';
import { firstMatch, priceOfSetting } from './token-prices.ts';

const nonNegative = v.pipe(v.number(), v.minValue(0));
const priceSchema = v.object({
  input: nonNegative,
  cachedInput: v.optional(v.nullable(nonNegative), null),
  output: nonNegative,
  reasoning: v.optional(v.nullable(nonNegative), null),
});
const importedSchema = v.object({
  format: v.picklist(['litellm', 'models.dev']),
  importedAt: v.number(),
  models: v.record(v.string(), priceSchema),
});
const documentSchema = v.object({ imported: v.optional(v.nullable(importedSchema), null) });
type Imported = v.InferOutput<typeof importedSchema>;

/** True if this version can read the document. */
export function isPriceDocument(document: Record<string, unknown>): boolean {
  return v.is(documentSchema, document);
}

/** A list of token prices, without its models. */
export interface PriceListInfo {
  readonly kind: 'bundled' | 'imported';
  readonly source: string;
  /** Of the bundled list: when it was published. Of an imported one: when it was imported. */
  readonly date: string;
  /** Null for a list that the user brought. */
  readonly licence: string | null;
  readonly notice: string | null;
  readonly models: number;
}

/** A price with what it rests on. */
export interface FoundPrice {
  readonly price: TokenPrice;
  /** The name in the list; null for a price set by hand. */
  readonly comparedWith: string | null;
  /** Such as `settings` or `@pydantic/genai-prices 0.1.8, 2026-09-23`. */
  readonly source: string;
}

/**
 * Prices of tokens by model: those set by hand, then those of the list, for models that the user
 * compares with one of its models. No name is ever matched without the user's choice.
 */
export class PriceBook {
  readonly #document: JsonDocument;
  readonly #settings: () => Pick<CostSettings, 'prices' | 'compare'>;
  #imported: Imported | null;

  constructor(document: JsonDocument, settings: () => Pick<CostSettings, 'prices' | 'compare'>) {
    this.#document = document;
    this.#settings = settings;
    const result = v.safeParse(documentSchema, document.read());
    this.#imported = result.success ? result.output.imported : null;
  }

  /** The list in use: the imported one, else the bundled one. */
  get list(): PriceListInfo {
    if (this.#imported === null) return BUNDLED;
    const { format, importedAt, models } = this.#imported;
    return {
      kind: 'imported',
      source: format === 'litellm' ? 'LiteLLM' : 'models.dev',
      date: new Date(importedAt).toISOString().slice(0, 10),
      licence: null,
      notice: null,
      models: Object.keys(models).length,
    };
  }

  /** The names in the list, sorted. */
  get names(): readonly string[] {
    return Object.keys(this.#models).sort();
  }

  /** The choices of the settings whose model is not in the list. */
  get unknown(): readonly string[] {
    return this.#settings()
      .compare.map((each) => each.with)
      .filter((name) => !Object.hasOwn(this.#models, name));
  }

  /** The price of a local model; null if the user has chosen none. */
  priceOf(model: string | null): FoundPrice | null {
    if (model === null) return null;
    const { prices, compare } = this.#settings();
    const byHand = firstMatch(prices, model);
    if (byHand !== null) {
      return { price: priceOfSetting(byHand), comparedWith: null, source: 'settings' };
    }
    const name = firstMatch(compare, model)?.with;
    if (name === undefined || !Object.hasOwn(this.#models, name)) return null;
    const price = this.#models[name];
    if (price === undefined) return null;
    const { source, date } = this.list;
    return { price: { ...NO_PARTS, ...price }, comparedWith: name, source: `${source}, ${date}` };
  }

  /** Replaces the list by one that the user brought. Throws a system error if it cannot be saved. */
  import({ format, models }: ParsedPriceList, now: number): PriceListInfo {
    const imported: Imported = { format, importedAt: now, models: { ...models } };
    this.#document.write({ imported });
    this.#imported = imported;
    return this.list;
  }

  /** Returns to the bundled list. */
  reset(): PriceListInfo {
    this.#document.write({});
    this.#imported = null;
    return this.list;
  }

  get #models(): Readonly<
    Record<string, Partial<TokenPrice> & Pick<TokenPrice, 'input' | 'output'>>
  > {
    return this.#imported?.models ?? bundled.models;
  }
}

const NO_PARTS = { cachedInput: null, reasoning: null };

const BUNDLED: PriceListInfo = {
  kind: 'bundled',
  source: bundled.source,
  date: bundled.date,
  licence: bundled.licence,
  notice: bundled.notice,
  models: Object.keys(bundled.models).length,
};
