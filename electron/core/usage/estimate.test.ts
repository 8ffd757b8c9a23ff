import { describe, expect, it } from 'vitest';
import { UNKNOWN_USAGE } from '../../../shared/usage.ts';
import { fillBlanks } from './estimate.ts';
import { usageOf } from './usage-shapes.ts';

const RULES = { bytesPerInputToken: 4, tokensPerOutputChunk: 1 };

describe('fillBlanks', () => {
  it('estimates input from the request and output from the chunks', () => {
    const seen = { requestBytes: 403, contentChunks: 17, characters: 70 };
    expect(fillBlanks(UNKNOWN_USAGE, seen, RULES)).toEqual({
      inputTokens: 100,
      cachedInputTokens: null,
      outputTokens: 17,
      reasoningTokens: null,
      provenance: { input: 'estimated', cachedInput: null, output: 'estimated', reasoning: null },
    });
  });

  it('takes at least one input token, and other ratios', () => {
    const seen = { requestBytes: 3, contentChunks: 3, characters: 9 };
    const usage = fillBlanks(UNKNOWN_USAGE, seen, {
      bytesPerInputToken: 8,
      tokensPerOutputChunk: 1.5,
    });
    expect([usage.inputTokens, usage.outputTokens]).toEqual([1, 5]);
  });

  it('keeps what was reported, zeros too', () => {
    const told = usageOf({ input: 20, output: 0 });
    const seen = { requestBytes: 400, contentChunks: 9, characters: 40 };
    expect(fillBlanks(told, seen, RULES)).toEqual(told);
  });

  it('takes long chunks and answers in one piece by their characters', () => {
    const of = (contentChunks: number | null, characters: number): number | null =>
      fillBlanks(UNKNOWN_USAGE, { requestBytes: 4, contentChunks, characters }, RULES).outputTokens;
    expect(of(2, 400)).toBe(100);
    expect(of(2, 16)).toBe(2);
    expect(of(null, 36)).toBe(9);
  });

  it('knows nothing about the output of what was no stream', () => {
    const seen = { requestBytes: 400, contentChunks: null, characters: 0 };
    expect(fillBlanks(UNKNOWN_USAGE, seen, RULES).outputTokens).toBeNull();
  });
});
