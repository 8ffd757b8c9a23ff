import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Exchange } from './exchange.ts';
import type { LivePrompt } from './live-prompt.ts';
import type { ThroughputHistory } from './throughput.ts';

export interface Finished {
  readonly exchange: Exchange;
  readonly prompt: LivePrompt;
  readonly record: ActivityRecord;
}

/** Corrects the live throughput, which counted chunks and estimates, with the true counts. */
export function settleThroughput(
  history: ThroughputHistory,
  { exchange, prompt, record: { usage, timing, completed } }: Finished,
): void {
  const { arrivals, estimates, head } = exchange;
  const endedAt = head.monotonicAt + timing.durationMs;
  const counted = arrivals.chunks * estimates.tokensPerOutputChunk;
  if (usage.outputTokens !== null) {
    const missing = usage.outputTokens - counted;
    history.spread('output', missing, arrivals.firstAt ?? head.monotonicAt, endedAt);
  }
  const { inputTokens: input, cachedInputTokens: cached } = usage;
  const processed = input === null ? null : Math.max(0, input - (cached ?? 0));
  const isGivenUp = !completed && arrivals.firstAt === null;
  if (isGivenUp && processed !== null) prompt.giveUp(processed, endedAt);
  else prompt.settle(processed, arrivals.firstAt ?? endedAt);
}
