import { describe, expect, it } from 'vitest';
import { unitsOf } from './money.ts';
import { PriceBook, isPriceDocument } from './price-book.ts';
import { PriceImportFault, parsePriceList } from './price-lists.ts';
import { costOfTokens, firstMatch } from './token-prices.ts';

const GPT = { input: 2.5, cachedInput: 1.25, output: 10, reasoning: null };
const counts = {
  inputTokens: 1_000_000,
  cachedInputTokens: 400_000,
  outputTokens: 200_000,
  reasoningTokens: 50_000,
};

describe('what tokens would have cost', () => {
  it('prices cached input and reasoning apart, as parts of their wholes', () => {
    // 0.6 M × 2.5 + 0.4 M × 1.25 + 0.2 M × 10
    expect(unitsOf(costOfTokens(counts, GPT))).toBe(4);
    // 0.05 M of the output at 40 instead of 10
    expect(unitsOf(costOfTokens(counts, { ...GPT, reasoning: 40 }))).toBe(5.5);
    expect(unitsOf(costOfTokens(counts, { ...GPT, cachedInput: null }))).toBe(4.5);
  });

  it('never counts more of a part than its whole', () => {
    const odd = { ...counts, inputTokens: 100, cachedInputTokens: 900, outputTokens: 0 };
    expect(unitsOf(costOfTokens(odd, GPT))).toBe(0.000125);
  });

  it('adds up the tokens of many requests exactly', () => {
    const one = { inputTokens: 7, cachedInputTokens: 0, outputTokens: 3, reasoningTokens: 0 };
    const price = { input: 0.1, cachedInput: null, output: 0.4, reasoning: null };
    let sum = 0n;
    for (let i = 0; i < 10_000; i += 1) sum += costOfTokens(one, price);
    expect(unitsOf(sum)).toBe(0.019);
  });
});

describe('patterns of model names', () => {
  it.each([
    ['qwen3:8b', 'qwen3:8b', true],
    ['qwen3', 'qwen3:8b', false],
    ['qwen3*', 'qwen3:8b', true],
    ['*8b', 'qwen3:8b', true],
    ['*wen*8*', 'qwen3:8b', true],
    ['q*q*', 'qwen', false],
    ['*', '', true],
    ['a*a', 'a', false],
    ['gpt-4.1', 'gpt-4x1', false],
  ])('%s and %s: %s', (model, name, expected) => {
    expect(firstMatch([{ model }], name) !== null).toBe(expected);
  });
});

const LITELLM = JSON.stringify({
  sample_spec: { input_cost_per_token: 0, output_cost_per_token: 0, mode: 'one of: chat, …' },
  'gpt-4o-mini': {
    input_cost_per_token: 1.5e-7,
    output_cost_per_token: '6e-07',
    cache_read_input_token_cost: 7.5e-8,
    input_cost_per_token_above_200k_tokens: 1,
    litellm_provider: 'openai',
  },
  'text-embedding-3-small': { input_cost_per_token: 2e-8, output_cost_per_token: 0 },
  'dall-e-3': { input_cost_per_pixel: 1.9e-8, mode: 'image_generation' },
});
const MODELS_DEV = JSON.stringify({
  openai: {
    id: 'openai',
    models: { 'gpt-4o': { id: 'gpt-4o', cost: { input: 2.5, output: 10, cache_read: 1.25 } } },
  },
  zai: { id: 'zai', models: { free: { id: 'free' } } },
});

describe('imported price lists', () => {
  it('reads LiteLLM’s list, in dollars per token', () => {
    expect(parsePriceList(LITELLM)).toEqual({
      format: 'litellm',
      skipped: 1,
      models: {
        'gpt-4o-mini': { input: 0.15, cachedInput: 0.075, output: 0.6, reasoning: null },
        'text-embedding-3-small': { input: 0.02, cachedInput: null, output: 0, reasoning: null },
      },
    });
  });

  it('reads the list of models.dev, in dollars per million tokens', () => {
    expect(parsePriceList(MODELS_DEV)).toEqual({
      format: 'models.dev',
      skipped: 1,
      models: { 'openai/gpt-4o': GPT },
    });
  });

  it.each([
    ['[]', 'must be a JSON object'],
    ['{', 'not valid JSON'],
    ['{"a": {"price": 1}}', 'has no model with prices'],
    ['{"a": {"models": {}}}', 'has no model with prices'],
    ['{"__proto__": {"input_cost_per_token": 1, "output_cost_per_token": 1}}', 'has no model'],
    ['{"a": {"input_cost_per_token": -1, "output_cost_per_token": 1}}', 'has no model'],
    ['{"a": null, "b": [1], "c": "x"}', 'has no model'],
    [' '.repeat(8_000_001), 'longer than 8 million'],
  ])('refuses %.60s', (text, reason) => {
    expect(() => parsePriceList(text)).toThrow(PriceImportFault);
    expect(() => parsePriceList(text)).toThrow(reason);
  });
});

describe('the price of a model', () => {
  function book(
    settings: Partial<ConstructorParameters<typeof PriceBook>[1] extends () => infer S ? S : never>,
  ) {
    let stored: Record<string, unknown> = {};
    const document = {
      read: () => stored,
      write: (value: Record<string, unknown>) => (stored = value),
    };
    const made = new PriceBook(document, () => ({ prices: [], compare: [], ...settings }));
    return {
      made,
      stored: () => stored,
      again: () => new PriceBook(document, () => ({ prices: [], compare: [], ...settings })),
    };
  }

  it('is never guessed from a name', () => {
    expect(book({}).made.priceOf('openai/gpt-4o')).toBeNull();
    expect(book({}).made.priceOf(null)).toBeNull();
  });

  it('is the one set by hand, else that of the chosen model of the list', () => {
    const compare = [
      { model: 'qwen3*', with: 'openai/gpt-4.1-mini' },
      { model: 'llama*', with: 'openai/no-such-model' },
    ];
    const prices = [
      {
        model: 'qwen3:0.6b',
        input: 1.5e-7,
        cachedInput: null,
        output: 6e-7,
        reasoning: null,
        per: 'token' as const,
      },
    ];
    const { made } = book({ compare, prices });
    expect(made.priceOf('qwen3:0.6b')).toEqual({
      price: { input: 0.15, cachedInput: null, output: 0.6, reasoning: null },
      comparedWith: null,
      source: 'settings',
    });
    expect(made.priceOf('qwen3:8b')).toMatchObject({
      comparedWith: 'openai/gpt-4.1-mini',
      price: { input: 0.4, cachedInput: 0.1, output: 1.6 },
      source: expect.stringMatching(/^@pydantic\/genai-prices .*, 2026-/) as string,
    });
    expect(made.priceOf('llama3')).toBeNull();
    expect(made.unknown).toEqual(['openai/no-such-model']);
  });

  it('follows an imported list, also after a restart, until it is reset', () => {
    const compare = [{ model: '*', with: 'gpt-4o-mini' }];
    const { made, stored, again } = book({ compare });
    expect(made.priceOf('x')).toBeNull();
    made.import(parsePriceList(LITELLM), Date.UTC(2026, 10, 21));
    expect(isPriceDocument(stored())).toBe(true);
    expect(again().priceOf('x')).toMatchObject({ source: 'LiteLLM, 2026-11-21' });
    expect(again().list).toMatchObject({ kind: 'imported', models: 2 });
    expect(made.reset()).toMatchObject({ kind: 'bundled', licence: 'MIT' });
    expect(made.priceOf('x')).toBeNull();
  });
});
