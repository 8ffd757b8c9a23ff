/** What servers add to the standard answers about time, read from wherever they put it. */
import type { Findings } from './findings.ts';
import { at } from './json-text.ts';
import { llamaTimings, lmStudioStats, timesInUsage, vllmMetrics } from './time-shapes.ts';

/**
 * Notes llama.cpp's `timings` (and the counts in them), vLLM's `metrics`, LM Studio's `stats`, and times
 * inside `usage`, at the top of a value and inside its `response`.
 */
export function noteTimes(findings: Findings, value: unknown): void {
  findings.timed(llamaTimings(at(value, 'timings') ?? at(value, 'response', 'timings')));
  findings.times(vllmMetrics(at(value, 'metrics') ?? at(value, 'response', 'metrics')));
  findings.times(lmStudioStats(at(value, 'stats')));
  findings.times(timesInUsage(at(value, 'usage')));
}
