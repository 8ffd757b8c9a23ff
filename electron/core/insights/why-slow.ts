import type { Evidence } from '../../../shared/insights.ts';
import { sentence } from '../../../shared/sentences.ts';
import type { Cause, ExchangeFacts, SlowRule } from './facts.ts';
import { fact } from './said.ts';
import { POWER_LIMIT, POWER_SAVING, PCIE_LINK, THERMAL_LIMIT } from './slow/limits.ts';
import { CPU_SPILL, MEMORY_PRESSURE } from './slow/memory.ts';
import { LONG_PROMPT } from './slow/prompt.ts';
import {
  CONTEXT_NEAR_LIMIT,
  OTHER_GPU_WORK,
  SEVERAL_AT_ONCE,
  SLOWER_THAN_USUAL,
} from './slow/sharing.ts';
import { COLD_LOAD, QUEUE } from './slow/waits.ts';

/** All rules about slow answers. */
export const SLOW_RULES: readonly SlowRule[] = [
  COLD_LOAD,
  QUEUE,
  LONG_PROMPT,
  CPU_SPILL,
  THERMAL_LIMIT,
  POWER_LIMIT,
  OTHER_GPU_WORK,
  MEMORY_PRESSURE,
  CONTEXT_NEAR_LIMIT,
  POWER_SAVING,
  PCIE_LINK,
  SEVERAL_AT_ONCE,
  SLOWER_THAN_USUAL,
];

/**
 * Why an answer was slow: the cause that explains most of the time, with the others among its
 * evidence. Null for an answer that was not slow, that failed, or of which too little is known.
 */
export function whySlow(facts: ExchangeFacts, rules = SLOW_RULES): Cause | null {
  const { inference, error } = facts.record;
  if (!inference || error !== null) return null;
  const causes = rules
    .flatMap((rule): Cause[] => {
      const found = rule.judge(facts);
      return found === null ? [] : [{ kind: rule.kind, ...found }];
    })
    .sort((a, b) => b.explainedMs - a.explainedMs);
  const [first, ...others] = causes;
  if (first === undefined) return null;
  return { ...first, evidence: [...first.evidence, ...others.flatMap(asEvidence)] };
}

function asEvidence({ name, explainedMs }: Cause): Evidence[] {
  return explainedMs > 0
    ? [fact(sentence('also', { cause: { text: name } }), explainedMs, 'ms')]
    : [];
}
