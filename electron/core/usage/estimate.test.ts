import { describe, expect, it } from 'vitest';
import { UNKNOWN_USAGE } from '../../../shared/usage.ts';
import type { Usage } from '../../../shared/usage.ts';
import { NO_ERRORS, fillBlanks, ruleEstimator } from './estimate.ts';
import type { Basis } from './estimate.ts';
import { usageOf } from './usage-shapes.ts';

const RULES = ruleEstimator({ bytesPerInputToken: 4, tokensPerOutputChunk: 1 });
const STREAM: Basis = {
  isText: true,
  isSized: true,
  readable: true,
  requestBytes: 403,
  contentChunks: 17,
  characters: 70,
};

function filled(changes: Partial<Basis>, estimator = RULES): Usage {
  return fillBlanks(UNKNOWN_USAGE, { ...STREAM, ...changes }, estimator).usage;
}

describe('fillBlanks', () => {
  it('estimates input from the request and output from the chunks', () => {
    expect(fillBlanks(UNKNOWN_USAGE, STREAM, RULES)).toEqual({
      usage: {
        inputTokens: 100,
        cachedInputTokens: null,
        outputTokens: 17,
        reasoningTokens: null,
        provenance: { input: 'estimated', cachedInput: null, output: 'estimated', reasoning: null },
      },
      errors: NO_ERRORS,
    });
  });

  it('takes at least one input token, and other ratios', () => {
    const rules = ruleEstimator({ bytesPerInputToken: 8, tokensPerOutputChunk: 1.5 });
    const usage = filled({ requestBytes: 3, contentChunks: 3, characters: 9 }, rules);
    expect([usage.inputTokens, usage.outputTokens]).toEqual([1, 5]);
  });

  it('keeps what was reported, zeros too', () => {
    const told = usageOf({ input: 20, output: 0 });
    expect(fillBlanks(told, STREAM, RULES)).toEqual({ usage: told, errors: NO_ERRORS });
  });

  it('takes long chunks and answers in one piece by their characters', () => {
    const of = (contentChunks: number | null, characters: number): number | null =>
      filled({ contentChunks, characters }).outputTokens;
    expect(of(2, 400)).toBe(100);
    expect(of(2, 16)).toBe(2);
    expect(of(null, 36)).toBe(9);
  });

  it('knows nothing about the output of what was no stream, or of a stream before its content', () => {
    expect(filled({ contentChunks: null, characters: 0 }).outputTokens).toBeNull();
    expect(filled({ contentChunks: 0, characters: 0 }).outputTokens).toBeNull();
  });

  it('takes the sizes of readable text only', () => {
    const of = (changes: Partial<Basis>): unknown[] => {
      const usage = filled(changes);
      return [usage.inputTokens, usage.outputTokens];
    };
    expect(of({ isSized: false })).toEqual([null, 17]);
    expect(of({ isText: false })).toEqual([null, 17]);
    expect(of({ isText: false, characters: 0 })).toEqual([null, null]);
    expect(of({ readable: false })).toEqual([null, 17]);
    expect(of({ readable: false, contentChunks: null, characters: 0 })).toEqual([null, null]);
  });
});
