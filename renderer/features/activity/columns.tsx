import type { ReactNode } from 'react';
import { draftAcceptance } from '../../../shared/activity.ts';
import type { ActivitySort } from '../../../shared/activity.ts';
import {
  UNKNOWN,
  formatClock,
  formatCount,
  formatDuration,
  formatEstimated,
  formatMarked,
  formatPercent,
  formatRateValue,
  localDate,
  localMinute,
} from '../../../shared/format.ts';
import { formatWattHours } from '../../../shared/format-energy.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { activity } from '../../../shared/messages/en/activity.ts';
import { LongName } from '../../ui/LongName.tsx';
import { timeWidth } from '../../ui/time-width.ts';
import { Outcome } from './outcome.tsx';

export type ColumnId = keyof (typeof activity)['heads'];

/** A column of the list. */
export interface ActivityColumn {
  readonly id: ColumnId;
  /** Width at first, pixels. */
  readonly width: number;
  readonly numeric: boolean;
  readonly unit: 'rate' | 'energy' | null;
  readonly sort: ActivitySort | null;
  /** The width of the list from which it is shown at first, pixels; null: only if chosen. */
  readonly from: number | null;
  readonly text: (row: ActivityRecord, now: number) => string;
  /** Where the cell is more than its text. */
  readonly cell?: (row: ActivityRecord) => ReactNode;
}

type Options = Partial<Pick<ActivityColumn, 'unit' | 'sort' | 'cell'>>;

function name(
  id: ColumnId,
  width: number,
  from: number | null,
  read: (row: ActivityRecord) => string | null,
  options: Options = {},
): ActivityColumn {
  const text = (row: ActivityRecord): string => read(row) ?? UNKNOWN;
  return { id, width, from, numeric: false, unit: null, sort: null, text, ...options };
}

function figure(
  id: ColumnId,
  width: number,
  from: number | null,
  text: (row: ActivityRecord) => string,
  options: Options = {},
): ActivityColumn {
  return { id, width, from, numeric: true, unit: null, sort: null, text, ...options };
}

function time(
  id: ColumnId,
  from: number | null,
  sort: ActivitySort,
  read: (row: ActivityRecord) => number | null,
): ActivityColumn {
  return figure(id, 82, from, (row) => formatDuration(read(row)), { sort });
}

/** All columns, in the order at first. */
export const COLUMNS: readonly ActivityColumn[] = [
  {
    ...name('time', 0, 0, () => null),
    // The hours are those of the reader, who may change them.
    get width() {
      return timeWidth(128);
    },
    text: ({ completedAt }, now) => timeText(completedAt, now),
  },
  name('model', 220, 0, ({ model, endpoint }) => model ?? endpoint, {
    cell: ({ model, endpoint }) => <LongName>{model ?? endpoint}</LongName>,
  }),
  name('application', 130, 900, ({ client }) => client.application),
  name('upstream', 110, 1_500, ({ upstream }) => upstream),
  name('endpoint', 180, 1_700, ({ endpoint }) => endpoint),
  name('operation', 90, null, ({ operation }) => operation),
  name('session', 120, 1_300, ({ sessionId }) => sessionId),
  figure(
    'input',
    82,
    0,
    ({ usage, estimateErrors }) =>
      formatEstimated(usage.inputTokens, usage.provenance.input, estimateErrors.input),
    { sort: 'input_tokens' },
  ),
  figure(
    'cached',
    76,
    1_100,
    ({ usage }) => formatMarked(formatCount(usage.cachedInputTokens), usage.provenance.cachedInput),
    { sort: 'cached_tokens' },
  ),
  figure(
    'output',
    82,
    0,
    ({ usage, estimateErrors }) =>
      formatEstimated(usage.outputTokens, usage.provenance.output, estimateErrors.output),
    { sort: 'output_tokens' },
  ),
  figure(
    'reasoning',
    84,
    1_900,
    ({ usage }) => formatMarked(formatCount(usage.reasoningTokens), usage.provenance.reasoning),
    { sort: 'reasoning_tokens' },
  ),
  figure('drafted', 100, 2_200, draftedText),
  time('ttft', 1_000, 'time_to_first_token', ({ timing }) => timing.timeToFirstTokenMs),
  figure(
    'promptSpeed',
    108,
    1_600,
    ({ rates }) =>
      formatMarked(formatRateValue(rates.promptTokensPerSecond), rates.provenance.prompt),
    { unit: 'rate', sort: 'prompt_speed' },
  ),
  figure(
    'outputSpeed',
    100,
    740,
    ({ rates }) =>
      formatMarked(formatRateValue(rates.outputTokensPerSecond), rates.provenance.output),
    { unit: 'rate', sort: 'output_speed' },
  ),
  time('queue', 2_000, 'queue', ({ timing }) => timing.queueMs),
  time('load', 2_000, 'load', ({ timing }) => timing.loadMs),
  time('prefill', 1_800, 'prefill', ({ timing }) => timing.prefillMs),
  time('decode', 1_800, 'decode', ({ timing }) => timing.decodeMs),
  time('duration', 0, 'duration', ({ timing }) => timing.durationMs),
  figure(
    'energy',
    96,
    1_000,
    ({ energyJoules }) => formatMarked(formatWattHours(energyJoules), 'estimated'),
    { unit: 'energy', sort: 'energy' },
  ),
  name('outcome', 112, 0, ({ error }) => error ?? 'ok', { cell: (row) => <Outcome row={row} /> }),
  figure('status', 64, null, ({ status }) => formatStatus(status)),
  name('finish', 90, 2_100, ({ finishReason }) => finishReason),
  name('key', 130, null, ({ client }) => client.key),
  name('process', 120, null, ({ client }) => client.process),
  name('address', 120, null, ({ client }) => client.address),
  name('tag', 120, null, ({ client }) => client.tag),
  figure('id', 90, null, ({ id }) => `${id}`),
];

/** The time of day for today, with its day before. */
export function timeText(at: number, now: number): string {
  return localDate(at) === localDate(now) ? formatClock(at) : localMinute(at);
}

/** Drafted tokens with the share that was accepted: `1,240 · 71 %`. */
export function draftedText(row: ActivityRecord): string {
  const drafted = formatCount(row.draftedTokens);
  const share = draftAcceptance(row);
  return share === null ? drafted : `${drafted} · ${formatPercent(share * 100)}`;
}

function formatStatus(status: number | null): string {
  return status === null ? UNKNOWN : `${status}`;
}
