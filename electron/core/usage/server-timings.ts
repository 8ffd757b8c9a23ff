/** Time figures that servers add to the standard answers, in various places. */
import { draftsIn } from './drafts.ts';
import type { Findings } from './findings.ts';
import { at } from './json-text.ts';
import { llamaTimings, lmStudioStats, timesInUsage, vllmMetrics } from './time-shapes.ts';

/**
 * Records llama.cpp's `timings` (with their counts), vLLM's `metrics`, LM Studio's `stats`, and
 * times inside `usage`, from the top level of a value and from its `response`; and the drafted
 * tokens beside them.
 *
 * @param part the part of the answer to which the figures belong
 */
export function noteTimes(findings: Findings, value: unknown, part = 0): void {
  findings.drafted(draftsIn(value) ?? draftsIn(at(value, 'response')), part);
  findings.timed(llamaTimings(at(value, 'timings') ?? at(value, 'response', 'timings')));
  findings.times(vllmMetrics(at(value, 'metrics') ?? at(value, 'response', 'metrics')));
  findings.times(lmStudioStats(at(value, 'stats')));
  findings.times(timesInUsage(at(value, 'usage')));
}
