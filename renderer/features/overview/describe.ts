import type { ActivityRecord, ErrorKind } from '../../../shared/usage.ts';
import type { LiveExchange } from '../../../shared/live-exchange.ts';
import type { State } from '../../../shared/snapshot.ts';
import type { Tally } from '../../../shared/tally.ts';
import type { UpstreamHealth } from '../../../shared/slices.ts';
import type { CostToday } from '../../../shared/cost.ts';
import {
  ESTIMATE_MARK,
  UNKNOWN,
  formatCount,
  formatMarked,
  formatTokens,
} from '../../../shared/format.ts';
import { formatCarbon, formatKwh, formatMoney } from '../../../shared/format-cost.ts';

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

const ERRORS: Record<Exclude<ErrorKind, 'http_error'>, Outcome> = {
  stream_error: { short: 'Error', long: 'The server reported an error inside its answer.' },
  incomplete: { short: 'Cut off', long: 'The answer ended before it was complete.' },
  redirected: { short: 'Redirect', long: 'The server sent the application to another address.' },
  empty_answer: { short: 'Empty', long: 'The server answered without any content.' },
  web_page: {
    short: 'Web page',
    long: "A web page came in place of an answer, such as a login page. Check the server's address and your network.",
  },
  malformed_answer: {
    short: 'Malformed',
    long: "The server's answer is not valid HTTP.",
  },
  client_aborted: { short: 'Cancelled', long: 'The application closed the connection.' },
  cancelled_by_user: { short: 'Cancelled', long: 'You cancelled it in Tokwatt.' },
  upstream_died: {
    short: 'Broke off',
    long: "The server's connection broke before its answer was complete.",
  },
  upstream_unreachable: { short: 'No server', long: 'The server could not be reached.' },
  refused: { short: 'Refused', long: 'Tokwatt refused the request before it was sent.' },
  metering_failed: {
    short: 'Not metered',
    long: 'Tokwatt could not meter this request. Its traffic was not affected; the log has the place.',
  },
};

/** Describes how an exchange ended. */
export function describeOutcome(record: Pick<ActivityRecord, 'error' | 'status'>): Outcome {
  const { error, status } = record;
  if (error === null) return { short: 'OK', long: null };
  if (error !== 'http_error') return ERRORS[error];
  const code = status === null ? '' : ` ${status}`;
  return { short: `HTTP${code}`, long: `The server answered with an error (status${code}).` };
}

/**
 * Explains in sentences why values reported by the server were rejected; null if all were accepted.
 */
export function describeRefusals(refusals: readonly string[]): string | null {
  if (refusals.length === 0) return null;
  return refusals.map((said) => `${said.charAt(0).toUpperCase()}${said.slice(1)}.`).join(' ');
}

export const PHASES: Record<LiveExchange['phase'], string> = {
  waiting: 'Waiting',
  generating: 'Generating',
};

export const HEALTH: Record<
  UpstreamHealth,
  { readonly word: string; readonly tone: 'good' | 'bad' | 'neutral'; readonly solid: boolean }
> = {
  up: { word: 'Up', tone: 'good', solid: true },
  down: { word: 'Down', tone: 'bad', solid: true },
  unknown: { word: 'Not seen yet', tone: 'neutral', solid: false },
};

/** The limits of a period's figures: failures, gaps, estimates. Null if there are none. */
export function describeCaveats(tally: Tally): string | null {
  const parts: string[] = [];
  if (tally.errors > 0) parts.push(`${counted(tally.errors, 'request')} failed`);
  if (tally.unmeteredRequests > 0) {
    parts.push(`${counted(tally.unmeteredRequests, 'request')} came without token counts`);
  }
  if (tally.estimatedTokens > 0) {
    parts.push(`${ESTIMATE_MARK} includes ${formatTokens(tally.estimatedTokens)} by estimate`);
  }
  return parts.length === 0 ? null : `${parts.join('; ')}.`;
}

/** What today's energy costs, in one line; null if none was measured. */
export function describeCost(cost: CostToday): string | null {
  const { kwh, currency, co2Grams, isComplete } = cost;
  if (kwh === null) return null;
  const money = cost.cost === null ? null : formatMoney(cost.cost, currency);
  const carbon = co2Grams === null ? null : `${formatCarbon(co2Grams)} CO₂`;
  const figures = [formatKwh(kwh), money, carbon].filter((each) => each !== null);
  const marked = figures.map((each) => formatMarked(each, 'estimated')).join(', ');
  return `Energy today: ${marked}.${isComplete ? '' : ' A part of it has no price.'}`;
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Joins the known texts in one line, which can wrap only after a dot. */
export function join(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== UNKNOWN).join('\u00a0· ');
}
