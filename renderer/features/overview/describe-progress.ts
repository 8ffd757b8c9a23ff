import type { LiveExchange } from '../../../shared/live-exchange.ts';
import type { Provenance } from '../../../shared/usage.ts';
import {
  UNKNOWN,
  formatCompact,
  formatCount,
  formatElapsed,
  formatMarked,
  formatPercent,
  formatRate,
} from '../../../shared/format.ts';
import type { OverviewText } from './words.ts';

/** What an exchange in flight is at: `62 % of 18k`, `1,240 tok/s`, `≈6 s left`. Unknown parts are left out. */
export function describeProgress(exchange: LiveExchange, text: OverviewText): string[] {
  const parts = partsOf(exchange, text);
  return parts.filter((part) => part !== null).filter((part) => part !== UNKNOWN);
}

function partsOf(exchange: LiveExchange, text: OverviewText): (string | null)[] {
  const { stage, queuePlace } = exchange.progress;
  switch (stage) {
    case 'queued':
      return [queuePlace === null ? null : text('inFlight.place', { place: queuePlace })];
    case 'loading':
      return [text('inFlight.loadingModel')];
    case 'prefill':
      return prefillParts(exchange, text);
    case 'decode':
      return decodeParts(exchange, text);
  }
}

function prefillParts(
  { progress: { prefill }, inputTokens }: LiveExchange,
  text: OverviewText,
): (string | null)[] {
  if (prefill === null)
    return [
      inputTokens === null
        ? null
        : text('inFlight.outputTokens', { count: formatCompact(inputTokens) }),
    ];
  const { fraction, totalTokens, provenance, totalProvenance, tokensPerSecond } = prefill;
  const percent = formatMarked(formatPercent(fraction * 100), provenance);
  const total = formatMarked(formatCompact(totalTokens), totalProvenance);
  return [
    totalTokens === null ? percent : text('inFlight.prefillOf', { percent, total }),
    formatMarked(formatRate(tokensPerSecond), provenance),
    prefill.remainingMs === null
      ? null
      : text('inFlight.left', { time: estimate(formatElapsed(prefill.remainingMs)) }),
  ];
}

function decodeParts(exchange: LiveExchange, text: OverviewText): (string | null)[] {
  const { outputTokensPerSecond, contextTokens, contextLength } = exchange.progress;
  const used = estimate(formatCompact(contextTokens));
  const length = formatCompact(contextLength);
  return [
    // The chunks seen so far are a lower bound. The true count arrives at the end.
    text('inFlight.outputTokens', { count: estimate(formatCount(exchange.outputTokensSoFar)) }),
    estimate(formatRate(outputTokensPerSecond)),
    contextTokens === null
      ? null
      : contextLength === null
        ? text('inFlight.context', { used })
        : text('inFlight.contextOf', { used, length }),
  ];
}

function estimate(formatted: string, provenance: Provenance = 'estimated'): string {
  return formatMarked(formatted, provenance);
}

/** How far the present stage is, 0 to 100: the prompt, or the context that is used. Null if unknown. */
export function progressPercent({ progress }: LiveExchange): number | null {
  const { stage, prefill, contextTokens, contextLength } = progress;
  if (stage === 'prefill') return prefill === null ? null : prefill.fraction * 100;
  if (stage !== 'decode' || contextTokens === null || contextLength === null) return null;
  return contextLength === 0 ? null : (contextTokens / contextLength) * 100;
}
