import { expect, it } from 'vitest';
import { NO_PROMPT_PROGRESS } from '../usage/claims.ts';
import { ruleEstimator } from '../usage/estimate.ts';
import type { ResponseReader } from '../usage/extractor.ts';
import { usageSoFar } from './usage-so-far.ts';

const rules = () => ruleEstimator({ bytesPerInputToken: 4, tokensPerOutputChunk: 2 });
const fail = (): never => {
  throw new Error('broken');
};
const reader: ResponseReader = {
  push: () => undefined,
  end: () => undefined,
  contentChunks: 3,
  characters: 12,
  hasVisibleText: true,
  promptSoFar: NO_PROMPT_PROGRESS,
  inputTokensSoFar: 40,
  result: fail,
};
const BROKEN: ResponseReader = {
  ...reader,
  get characters(): number {
    return fail();
  },
  get inputTokensSoFar(): number {
    return fail();
  },
};

it('has the counts so far, and none before any content', () => {
  expect(usageSoFar(reader, 3, rules)).toEqual({
    inputTokens: 40,
    output: { tokens: 6, error: null },
  });
  expect(usageSoFar(reader, 0, rules)).toEqual({ inputTokens: 40, output: null });
  expect(usageSoFar(null, 0, rules)).toEqual({ inputTokens: null, output: null });
});

it('never throws: the parts that still work are used', () => {
  const output = { tokens: 6, error: null };
  expect(usageSoFar(BROKEN, 3, rules)).toEqual({ inputTokens: null, output });
  const chunks = { tokens: 3, error: null };
  expect(usageSoFar(reader, 3, fail)).toEqual({ inputTokens: 40, output: chunks });
});
