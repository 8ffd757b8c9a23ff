/** Time figures that servers add to the standard answers, in various places. */
import type { Findings } from './findings.ts';
import { at } from './json-text.ts';
import { llamaTimings, lmStudioStats, timesInUsage, vllmMetrics } from './time-shapes.ts';

/**
 * Records llama.cpp's `timings` (with their counts), vLLM's `metrics`, LM Studio's `stats`, and
 * times inside `usage`, from the top level of a value and from its `response`.
 */
export function noteTimes(findings: Findings, value: unknown): void {
  findings.timed(llamaTimings(at(value, 'timings') ?? at(value, 'response', 'timings')));
  findings.times(vllmMetrics(at(value, 'metrics') ?? at(value, 'response', 'metrics')));
  findings.times(lmStudioStats(at(value, 'stats')));
  findings.times(timesInUsage(at(value, 'usage')));
}
