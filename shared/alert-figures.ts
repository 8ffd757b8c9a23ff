/**
 * All figures for alert rules, one entry each: description, unit, source and name at `/metrics`.
 * Rules, API, messages and the Prometheus rule file all use this table.
 */
import {
  gpu,
  perMinute,
  percent,
  percentile,
  phase,
  ratioToday,
  state,
  today,
} from './alert-figure-kinds.ts';
import type { Figure, Names } from './alert-figure-kinds.ts';
import { efficiencyOf } from './efficiency.ts';
import type { Tally } from './tally.ts';
import type { ActivityRecord, ErrorKind } from './usage.ts';
import type { LiveExchange } from './live-exchange.ts';

/** Outcomes that are not the server's fault. */
const NOT_THE_SERVER: readonly (ErrorKind | null)[] = [
  null,
  'client_aborted',
  'cancelled_by_user',
  'refused',
  'metering_failed',
];

const REQUESTS = 'tokwatt_requests_total';

export const FIGURES = {
  requests_per_minute: perMinute({
    title: 'Request rate',
    meaning: 'Finished inference requests per minute.',
    sample: () => 1,
    metric: { name: REQUESTS },
  }),
  errors_per_minute: perMinute({
    title: 'Errors',
    meaning: 'Inference requests per minute that failed or were cut off.',
    sample: ({ error }) => (error === null ? 0 : 1),
    metric: { name: REQUESTS, match: 'outcome!="ok"' },
  }),
  output_tokens_per_minute: perMinute({
    title: 'Generated tokens',
    meaning: 'Output tokens of finished requests per minute; unknown counts are left out.',
    sample: ({ usage }) => usage.outputTokens,
    metric: { name: 'tokwatt_tokens_total', match: 'direction="output"' },
  }),
  error_percent: percent({
    title: 'Error rate',
    meaning: 'Share of the requests that failed or were cut off; unknown without requests.',
    sample: ({ error }) => (error === null ? 0 : 1),
    metric: { name: REQUESTS, match: 'outcome!="ok"' },
  }),
  server_error_percent: percent({
    title: 'Server error rate',
    meaning:
      'Like error_percent, without requests that the client or the user cancelled, or that Tokwatt refused or could not meter.',
    sample: ({ error }) => (NOT_THE_SERVER.includes(error) ? 0 : 1),
    metric: {
      name: REQUESTS,
      match: 'outcome!~"ok|client_aborted|cancelled_by_user|refused|metering_failed"',
    },
  }),
  latency_ms: percentile({
    title: 'Latency',
    meaning: 'Duration of successful requests, from their head to the end of their answer.',
    sample: ({ error, timing }) => (error === null ? timing.durationMs : null),
    metric: { name: 'tokwatt_request_duration_seconds', scale: 1_000 },
  }),
  first_token_ms: percentile({
    title: 'Time to first token',
    meaning: 'Time from the head of a request to the first generated content.',
    sample: ({ timing }) => timing.timeToFirstTokenMs,
    metric: { name: 'tokwatt_time_to_first_token_seconds', scale: 1_000 },
  }),
  queue_ms: phase('queue', 'Time in the queue', ({ timing }) => timing.queueMs),
  load_ms: phase('load', 'Time to load the model', ({ timing }) => timing.loadMs),
  prefill_ms: phase('prefill', 'Time to read the prompt', ({ timing }) => timing.prefillMs),
  output_speed: {
    ...percentile({
      title: 'Generation speed',
      meaning: 'Output tokens per second of each request; estimated speeds are left out.',
      sample: outputSpeed,
      metric: { name: 'tokwatt_output_tokens_per_second' },
    }),
    unit: 'tokens_per_second',
    percentile: 50,
  },
  output_speed_drop_percent: {
    ...percent({
      title: 'Drop in generation speed',
      meaning:
        'How far the median generation speed of the window lies below that of the six windows before it; unknown unless both have requests.',
      sample: outputSpeed,
      metric: { name: 'tokwatt_output_tokens_per_second' },
    }),
    fold: 'drop',
  },
  output_tokens_per_second: state({
    title: 'Throughput',
    meaning: 'Tokens generated per second now by all requests; unknown while no request generates.',
    unit: 'tokens_per_second',
    splits: [],
    readings: ({ throughput, inFlight }) => [
      {
        names: {},
        value: inFlight.some(isGenerating) ? throughput.outputTokensPerSecond : null,
      },
    ],
  }),
  requests_in_flight: state({
    title: 'Requests in flight',
    meaning: 'Inference requests that are waiting or generating now.',
    unit: 'count',
    splits: ['model', 'client', 'upstream'],
    fold: 'sum',
    readings: ({ inFlight }) => inFlight.map((live) => ({ names: namesOfLive(live), value: 1 })),
    metric: (selector) => `tokwatt_requests_in_flight${selector}`,
    metricSplits: ['upstream'],
  }),
  requests_waiting: state({
    title: 'Requests waiting',
    meaning: 'Inference requests that are waiting for their first content now.',
    unit: 'count',
    splits: ['model', 'client', 'upstream'],
    fold: 'sum',
    readings: ({ inFlight }) =>
      inFlight
        .filter((live) => !isGenerating(live))
        .map((live) => ({ names: namesOfLive(live), value: 1 })),
    metric: (selector) => `tokwatt_requests_in_flight${withLabel(selector, 'phase="waiting"')}`,
    metricSplits: ['upstream'],
  }),
  request_age_ms: state({
    title: 'Age of the oldest request in flight',
    meaning: 'Time since its start; unknown if no request is in flight.',
    unit: 'ms',
    splits: ['model', 'client', 'upstream'],
    readings: ({ inFlight }, now) =>
      inFlight.map((live) => ({
        names: namesOfLive(live),
        value: Math.max(0, now - live.startedAt),
      })),
  }),
  upstream_down: state({
    title: 'Upstream does not answer',
    meaning: '1 while a server does not answer, 0 while it does; unknown until the first check.',
    unit: 'yes_no',
    splits: ['upstream'],
    readings: ({ upstreams }) =>
      upstreams.map(({ name, health }) => ({
        names: { upstream: name },
        value: health === 'unknown' ? null : Number(health === 'down'),
      })),
    metric: (selector) => `(1 - tokwatt_upstream_up${selector})`,
  }),
  gpu_temperature_celsius: gpu({
    title: 'GPU temperature',
    unit: 'celsius',
    value: ({ temperatureC }) => temperatureC,
    metric: (selector) => `tokwatt_gpu_temperature_celsius${selector}`,
  }),
  gpu_utilization_percent: gpu({
    title: 'GPU utilisation',
    unit: 'percent',
    value: ({ utilizationPercent }) => utilizationPercent,
    metric: (selector) => `(100 * tokwatt_gpu_utilization_ratio${selector})`,
  }),
  gpu_memory_percent: gpu({
    title: 'GPU memory in use',
    unit: 'percent',
    value: ({ memoryUsedBytes: used, memoryTotalBytes: total }) =>
      used === null || total === null || total <= 0 ? null : (100 * used) / total,
    metric: (selector) =>
      `(100 * tokwatt_gpu_memory_used_bytes${selector} / tokwatt_gpu_memory_total_bytes${selector})`,
  }),
  gpu_power_watts: gpu({
    title: 'GPU power',
    unit: 'watts',
    value: ({ powerW }) => powerW,
    metric: (selector) => `tokwatt_gpu_power_watts${selector}`,
  }),
  requests_today: today('Requests today', 'count', ({ requests }) => requests),
  tokens_today: today('Tokens today', 'tokens', (tally) =>
    metered(tally, tally.inputTokens + tally.outputTokens),
  ),
  input_tokens_today: today('Input tokens today', 'tokens', (tally) =>
    metered(tally, tally.inputTokens),
  ),
  output_tokens_today: today('Output tokens today', 'tokens', (tally) =>
    metered(tally, tally.outputTokens),
  ),
  energy_today_wh: today(
    'Energy today (an estimate)',
    'watt_hours',
    // Without requests the energy is 0. With requests of unknown energy it is unknown.
    ({ energyJoules, requests }) =>
      energyJoules === null && requests > 0 ? null : (energyJoules ?? 0) / 3_600,
  ),
  joules_per_token_today: ratioToday(
    'Energy for each output token today (an estimate)',
    'joules_per_token',
    (tally) => efficiencyOf(tally).joulesPerOutputToken,
  ),
  net_joules_per_token_today: ratioToday(
    'Energy for each output token today, without idle power (an estimate)',
    'joules_per_token',
    (tally) => efficiencyOf(tally).netJoulesPerOutputToken,
  ),
  insights_current: state({
    title: 'Insights',
    meaning:
      'What models and the machine waste now, without dismissed insights; split by the rule that found it.',
    unit: 'count',
    splits: ['insight'],
    fold: 'sum',
    readings: ({ insights }) =>
      insights.current.map(({ kind }) => ({ names: { insight: kind }, value: 1 })),
    metric: (selector) => `tokwatt_insights${selector}`,
    metricSplits: ['insight'],
  }),
  budget_used_percent: state({
    title: 'Budget used',
    meaning: 'How much of a budget is used in its present period; unknown if that is not known.',
    unit: 'percent',
    splits: ['budget'],
    readings: ({ budgets }) =>
      budgets.map(({ name, share }) => ({
        names: { budget: name },
        value: share === null ? null : 100 * share,
      })),
  }),
  ledger_degraded: state({
    title: 'The ledger cannot be written',
    meaning: '1 while finished requests cannot be stored, 0 while they can.',
    unit: 'yes_no',
    splits: [],
    readings: ({ ledger: { status } }) => [
      { names: {}, value: status === 'opening' ? null : Number(status === 'degraded') },
    ],
  }),
  ledger_waiting_rows: state({
    title: 'Rows waiting to be stored',
    meaning: 'Finished requests waiting to be stored.',
    unit: 'count',
    splits: [],
    readings: ({ ledger }) => [{ names: {}, value: ledger.waiting }],
    metric: (selector) => `tokwatt_ledger_waiting_rows${selector}`,
  }),
  exporter_failing: state({
    title: 'Figures cannot be sent',
    meaning: '1 while a database, collector or address does not accept data.',
    unit: 'yes_no',
    splits: ['exporter'],
    readings: ({ exporters }) =>
      exporters.map(({ name, status }) => ({
        names: { exporter: name },
        value: status === 'starting' ? null : Number(status === 'failing'),
      })),
  }),
  exporter_behind: state({
    title: 'Requests still to be sent',
    meaning:
      'Number of finished requests that an exporter has not sent yet; unknown if it keeps no queue.',
    unit: 'count',
    splits: ['exporter'],
    readings: ({ exporters }) =>
      exporters.map(({ name, behind }) => ({ names: { exporter: name }, value: behind })),
  }),
} as const satisfies Readonly<Record<string, Figure>>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[];

export function figureOf(name: FigureName): Figure {
  return FIGURES[name];
}

function outputSpeed({ rates }: ActivityRecord): number | null {
  return rates.provenance.output === 'estimated' ? null : rates.outputTokensPerSecond;
}

function isGenerating({ phase }: LiveExchange): boolean {
  return phase === 'generating';
}

function namesOfLive({ countedModel, upstream, application }: LiveExchange): Names {
  return {
    model: countedModel ?? 'unknown model',
    upstream,
    ...(application === null ? {} : { client: application }),
  };
}

function metered({ requests, unmeteredRequests }: Tally, value: number): number | null {
  return requests > 0 && requests === unmeteredRequests ? null : value;
}

function withLabel(selector: string, label: string): string {
  return selector === '' ? `{${label}}` : `${selector.slice(0, -1)},${label}}`;
}
