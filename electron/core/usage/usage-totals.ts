/**
 * Determines whether the input includes the cached tokens and the output includes the reasoning
 * tokens. Servers differ; if there is a total, it decides.
 */
import type { Usage } from '../../../shared/usage.ts';
import type { Counts } from './usage-shapes.ts';
import { usageOf, withBlanksFrom } from './usage-shapes.ts';

/** The counts of one `usage` object and its total. */
export interface TotalledCounts extends Counts {
  readonly total: number | null;
}

/** Normalizes one `usage` object. Computed counts are marked as derived. */
export function placed({ total, ...counts }: TotalledCounts, inputOnly: boolean): Usage {
  const usage = usageOf(counts);
  const { input = null, output = null } = counts;
  if (inputOnly) {
    const rest = (total ?? 0) - (output ?? 0);
    return rest > (input ?? 0) ? withInput(usage, rest) : usage;
  }
  if (input === null || output === null) return total === null ? usage : withMissing(usage, total);
  return withParts(usage, input, output, total);
}

/** Computes a missing count from the total. */
function withMissing(usage: Usage, total: number): Usage {
  const { inputTokens: input, outputTokens: output } = usage;
  if (input === null && output !== null && total >= output) return withInput(usage, total - output);
  if (output === null && input !== null && total >= input) {
    return withBlanksFrom(usage, usageOf({ output: total - input }, 'derived'));
  }
  return usage;
}

function withParts(usage: Usage, input: number, output: number, total: number | null): Usage {
  const cached = usage.cachedInputTokens ?? 0;
  const reasoning = usage.reasoningTokens ?? 0;
  const [besideInput, besideOutput] =
    total === null
      ? // A part that is larger than its whole cannot be included in it.
        [cached > input ? cached : 0, reasoning > output ? reasoning : 0]
      : partsBeside(cached, reasoning, total - input - output);
  const whole = besideInput > 0 ? withInput(usage, input + besideInput) : usage;
  return besideOutput > 0 ? withOutput(whole, output + besideOutput) : whole;
}

/**
 * Returns the parts whose sum is the rest of the total beyond input and output; zeros if no
 * combination fits.
 */
function partsBeside(cached: number, reasoning: number, rest: number): [number, number] {
  const ways: [number, number][] = [
    [0, reasoning],
    [cached, 0],
    [cached, reasoning],
  ];
  return ways.find(([one, other]) => rest > 0 && one + other === rest) ?? [0, 0];
}

function withInput(usage: Usage, input: number): Usage {
  const provenance = { ...usage.provenance, input: 'derived' as const };
  return { ...usage, inputTokens: input, provenance };
}

function withOutput(usage: Usage, output: number): Usage {
  const provenance = { ...usage.provenance, output: 'derived' as const };
  return { ...usage, outputTokens: output, provenance };
}
