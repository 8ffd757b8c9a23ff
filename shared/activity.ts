/** Answers of the API about finished exchanges, beyond their rows. */
import type { CloudCost } from './cost-report.ts';
import type { Insight } from './insights.ts';
import type { ActivityRecord } from './usage.ts';

/** The figures by which finished exchanges can be sorted, beside their time. */
export const ACTIVITY_SORTS = [
  'duration',
  'time_to_first_token',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'prompt_speed',
  'output_speed',
  'energy',
  'queue',
  'load',
  'prefill',
  'decode',
] as const;
export type ActivitySort = (typeof ACTIVITY_SORTS)[number];

/** The share of drafted tokens that the model accepted, 0 to 1; null if it is unknown. */
export function draftAcceptance(
  row: Pick<ActivityRecord, 'draftedTokens' | 'acceptedDraftTokens'>,
): number | null {
  const { draftedTokens, acceptedDraftTokens } = row;
  if (draftedTokens === null || acceptedDraftTokens === null || draftedTokens === 0) return null;
  return acceptedDraftTokens / draftedTokens;
}

/** One page of finished exchanges, newest first. */
export interface ActivityRows {
  readonly activity: readonly ActivityRecord[];
  /** Null at the end. */
  readonly nextCursor: string | null;
}

/**
 * Where the rows of a filter are: cursors at regular distances, so that any row is reached by one
 * page of at most `step` rows. It covers the rows after the requested cursor, newest first, until
 * the time for one answer is over.
 */
export interface ActivityPositions {
  /** Rows of the filter between the requested cursor and `nextCursor`. */
  readonly rows: number;
  readonly step: number;
  /** The cursor after every `step` rows: the first begins the page of row number `step`. */
  readonly cursors: readonly string[];
  /** Where the next answer continues; null at the end. */
  readonly nextCursor: string | null;
}

/** The first exchanges in the order of a figure. Those without the figure are left out. */
export interface SortedActivity {
  readonly activity: readonly ActivityRecord[];
  /** Exchanges of the filter that were compared, the newest ones. */
  readonly compared: number;
  /** False if older exchanges of the filter were not compared. */
  readonly isComplete: boolean;
}

/** The names by which exchanges can be filtered, in alphabetical order, at most 1,000 of each. */
export interface ActivityNames {
  readonly model: readonly string[];
  readonly upstream: readonly string[];
  readonly application: readonly string[];
  readonly key: readonly string[];
  readonly process: readonly string[];
  readonly endpoint: readonly string[];
}

/** What is usual for a model, from its latest exchanges with prompts of a similar size. */
export interface UsualSpeeds {
  /** Medians; null with too few exchanges. */
  readonly outputTokensPerSecond: number | null;
  readonly promptTokensPerSecond: number | null;
  /** Exchanges that the output speed rests on. */
  readonly exchanges: number;
}

/** What an exchange cost. */
export interface ActivityCost {
  readonly kwh: number | null;
  /** Null if its energy or the price at its time is unknown. */
  readonly electricity: {
    readonly currency: string;
    readonly cost: number;
    readonly pricePerKwh: number;
    /** True if the price changed within the hour, so that it is the hour's mean. */
    readonly isMean: boolean;
  } | null;
  readonly co2Grams: number | null;
  readonly gramsPerKwh: number | null;
  /** What the same tokens would cost in a cloud; null without a price. */
  readonly cloud: Pick<CloudCost, 'costUsd' | 'prices'> | null;
}

/** One exchange with all that is known of it. */
export interface ActivityDetail extends ActivityRecord {
  readonly cost: ActivityCost;
  readonly insights: readonly Insight[];
  readonly usual: UsualSpeeds;
}

/** One side of a captured exchange, without its secrets. */
export interface CapturedMessage {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** How `body` is to be read. */
  readonly encoding: 'utf-8' | 'base64';
  /** Size of the whole body; the captured one is shorter if it is truncated. */
  readonly bodyBytes: number;
  readonly truncated: boolean;
}

export interface ActivityCapture {
  readonly id: number;
  readonly at: number;
  readonly request: CapturedMessage;
  readonly response: CapturedMessage;
}
