/**
 * Reads public lists of token prices. Pure. The format is recognised by its content:
 *
 * - LiteLLM, `model_prices_and_context_window.json`: `{"gpt-4o": {"input_cost_per_token": 2.5e-06,
 *   "output_cost_per_token": …, "cache_read_input_token_cost": …, "output_cost_per_reasoning_token": …}}`
 * - models.dev, `api.json`: `{"openai": {"models": {"gpt-4o": {"cost": {"input": 2.5, "output": 10,
 *   "cache_read": …, "reasoning": …}}}}}`, per million tokens; the model is `openai/gpt-4o`
 */
import type { TokenPrice } from '../../../shared/cost-report.ts';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import { perMillion } from './token-prices.ts';

/** Most characters of a list. Both are about 2 million long. */
export const MAX_LIST = 8_000_000;
const MAX_MODELS = 20_000;
const MAX_NAME = 200;

export type PriceListFormat = 'litellm' | 'models.dev';

export interface ParsedPriceList {
  readonly format: PriceListFormat;
  readonly models: Readonly<Record<string, TokenPrice>>;
  /** Entries without usable prices for tokens: images, audio, unknown prices. */
  readonly skipped: number;
}

/** What is wrong with a list: one sentence. */
export class PriceImportFault extends Error {
  readonly said: Sentence;

  constructor(said: Sentence) {
    super(inEnglish(said));
    this.said = said;
  }
}

type Plain = Readonly<Record<string, unknown>>;
type Entry = readonly [name: string, price: TokenPrice | null];

/** Throws a PriceImportFault. */
export function parsePriceList(text: string): ParsedPriceList {
  if (text.length > MAX_LIST) {
    throw new PriceImportFault(sentence('price_list_long', { size: String(MAX_LIST / 1_000_000) }));
  }
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new PriceImportFault(sentence('price_list_no_json'));
  }
  if (!isPlain(document)) throw new PriceImportFault(sentence('price_list_no_object'));
  const values = Object.values(document);
  const isModelsDev = values.some((each) => isPlain(each) && isPlain(each.models));
  const entries = isModelsDev ? modelsDevEntries(document) : liteLlmEntries(document);
  const priced = entries.filter((entry): entry is [string, TokenPrice] => entry[1] !== null);
  if (priced.length === 0) {
    throw new PriceImportFault(sentence('price_list_empty'));
  }
  if (priced.length > MAX_MODELS) {
    throw new PriceImportFault(sentence('price_list_models', { count: String(MAX_MODELS) }));
  }
  return {
    format: isModelsDev ? 'models.dev' : 'litellm',
    models: Object.fromEntries(priced),
    skipped: entries.length - priced.length,
  };
}

function liteLlmEntries(document: Plain): Entry[] {
  return Object.entries(document).flatMap(([name, entry]): Entry[] => {
    // An entry of this name explains the format.
    if (name === 'sample_spec' || !isName(name) || !isPlain(entry)) return [];
    return [
      [
        name,
        priceOf({
          input: perToken(entry.input_cost_per_token),
          cachedInput: perToken(entry.cache_read_input_token_cost),
          output: perToken(entry.output_cost_per_token),
          reasoning: perToken(entry.output_cost_per_reasoning_token),
        }),
      ],
    ];
  });
}

function modelsDevEntries(document: Plain): Entry[] {
  return Object.entries(document).flatMap(([provider, given]): Entry[] => {
    if (!isPlain(given) || !isPlain(given.models)) return [];
    return Object.entries(given.models).flatMap(([id, model]): Entry[] => {
      const name = `${provider}/${id}`;
      if (!isName(name) || !isPlain(model)) return [];
      const cost = isPlain(model.cost) ? model.cost : {};
      return [
        [
          name,
          priceOf({
            input: amount(cost.input),
            cachedInput: amount(cost.cache_read),
            output: amount(cost.output),
            reasoning: amount(cost.reasoning),
          }),
        ],
      ];
    });
  });
}

type Found = { readonly [K in keyof TokenPrice]: number | null };

/** Embeddings have no price for output; it counts as 0. Without an input price there is none. */
function priceOf({ input, output, ...rest }: Found): TokenPrice | null {
  return input === null || output === null ? null : { input, output, ...rest };
}

function perToken(value: unknown): number | null {
  const known = amount(value);
  return known === null ? null : perMillion(known);
}

/** LiteLLM's list has had numbers as text, such as "1.5e-07". */
function amount(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
}

/** `__proto__` as a key would not become a member. */
function isName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_NAME && name !== '__proto__';
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
