import type { ActivityRecord } from '../../../shared/usage.ts';
import type { State } from '../../../shared/snapshot.ts';
import type { Tally } from '../../../shared/tally.ts';
import { ESTIMATE_MARK, UNKNOWN, formatTokens } from '../../../shared/format.ts';
import type { OverviewText } from './words.ts';

/** True until a first request has come through the proxy. */
export function neverUsed(state: Pick<State, 'totals' | 'inFlight' | 'recent'>): boolean {
  return (
    state.totals.ever.all.requests === 0 && state.inFlight.length === 0 && state.recent.length === 0
  );
}

interface Outcome {
  /** One or two words for a narrow column. */
  readonly short: string;
  /** A sentence; null if the short form is enough. */
  readonly long: string | null;
}

/** Describes how an exchange ended. */
export function describeOutcome(
  { error, status }: Pick<ActivityRecord, 'error' | 'status'>,
  text: OverviewText,
): Outcome {
  if (error === null) return { short: text('outcome.ok'), long: null };
  if (error !== 'http_error')
    return { short: text(`outcome.short.${error}`), long: text(`outcome.long.${error}`) };
  if (status === null)
    return { short: text('outcome.httpErrorBare'), long: text('outcome.httpErrorBareLong') };
  const code = String(status);
  return {
    short: text('outcome.httpError', { status: code }),
    long: text('outcome.httpErrorLong', { status: code }),
  };
}

/**
 * Explains in sentences why values reported by the server were rejected; null if all were accepted.
 */
export function describeRefusals(refusals: readonly string[]): string | null {
  return refusals.length === 0 ? null : refusals.map(sentence).join(' ');
}

/** `a, b` becomes `A, b.` */
export function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** The limits of a period's figures: failures, gaps, estimates. Null if there are none. */
export function describeCaveats(tally: Tally, text: OverviewText): string | null {
  const { errors, unmeteredRequests, estimatedTokens } = tally;
  const parts: string[] = [];
  if (errors > 0) parts.push(text('totals.failed', { count: errors }));
  if (unmeteredRequests > 0) parts.push(text('totals.unmetered', { count: unmeteredRequests }));
  if (estimatedTokens > 0) {
    const tokens = formatTokens(estimatedTokens);
    parts.push(text('totals.estimated', { mark: ESTIMATE_MARK, tokens }));
  }
  return parts.length === 0 ? null : `${parts.join('; ')}.`;
}

/** Joins the known texts in one line, which can wrap only after a dot. */
export function join(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== UNKNOWN).join('\u00a0· ');
}
