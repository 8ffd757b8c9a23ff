import { describe, expect, it } from 'vitest';
import { placed } from './usage-totals.ts';

const NOTHING = { input: null, cached: null, output: null, reasoning: null, total: null };

function tokens(counts: Partial<Parameters<typeof placed>[0]>): unknown[] {
  const usage = placed({ ...NOTHING, ...counts }, false);
  const { input, output } = usage.provenance;
  return [usage.inputTokens, usage.outputTokens, input, output];
}

describe('what the total decides', () => {
  it('is whether reasoning lies in the output or beside it', () => {
    const reported = { input: 120, output: 15, reasoning: 280 };
    expect(tokens({ ...reported, total: 415 })).toEqual([120, 295, 'reported', 'derived']);
    expect(tokens({ ...reported, total: 135 })).toEqual([120, 15, 'reported', 'reported']);
    expect(tokens(reported)).toEqual([120, 295, 'reported', 'derived']);
  });

  it('is nothing where it does not fit either way', () => {
    const reported = { input: 120, output: 15, reasoning: 10, total: 999 };
    expect(tokens(reported)).toEqual([120, 15, 'reported', 'reported']);
  });

  it('is the one part beside where both parts are equal', () => {
    const reported = { input: 100, cached: 50, output: 60, reasoning: 50 };
    expect(tokens({ ...reported, total: 210 })).toEqual([100, 110, 'reported', 'derived']);
    expect(tokens({ ...reported, total: 260 })).toEqual([150, 110, 'derived', 'derived']);
  });

  it('is the count that is missing', () => {
    expect(tokens({ input: 7, total: 10 })).toEqual([7, 3, 'reported', 'derived']);
    expect(tokens({ output: 3, total: 10 })).toEqual([7, 3, 'derived', 'reported']);
    expect(tokens({ output: 13, total: 10 })).toEqual([null, 13, null, 'reported']);
    expect(tokens({ total: 10 })).toEqual([null, null, null, null]);
  });
});
