import { isLost } from '../../../shared/attachment.ts';
import { foreignName } from '../../../shared/foreign-name.ts';
import {
  formatBytes,
  formatClockMinute,
  formatMarked,
  formatPower,
  formatRate,
  formatTotal,
  UNKNOWN,
} from '../../../shared/format.ts';
import { formatTemperature } from '../../../shared/format-temperature.ts';
import { formatKwh, formatMoney } from '../../../shared/format-cost.ts';
import type { GpuReading } from '../../../shared/gpu.ts';
import type { Problem } from '../../../shared/problems.ts';
import type { State } from '../../../shared/snapshot.ts';
import type { Tally } from '../../../shared/tally.ts';
import { isWorking, requestCounts } from '../../../shared/tray-figures.ts';
import type { Words } from '../words.ts';

const LONGEST_NAME = 42;
const JOULES_PER_KWH = 3_600_000;

/** A name of a model or server, short and on one line. */
export function nameOf(name: string): string {
  return foreignName(name, LONGEST_NAME);
}

/** Hours and minutes: `14:02`. */
export function timeOf(unixMs: number): string {
  return formatClockMinute(unixMs);
}

/** What is going on: a pause, the speeds, or that nothing is. */
export function nowText(state: State, words: Words): string {
  const { paused, pausedUntil } = state.app;
  if (isLost(state.attachment)) return words('unknown');
  if (paused && pausedUntil !== null) return words('pausedUntil', { time: timeOf(pausedUntil) });
  if (paused) return words('paused');
  if (!isWorking(state)) return words('idle');
  const { outputTokensPerSecond, inputTokensPerSecond } = state.throughput;
  const { running, waiting } = requestCounts(state);
  const output = formatRate(outputTokensPerSecond);
  const speeds =
    inputTokensPerSecond > 0
      ? words('rates', { output, input: formatRate(inputTokensPerSecond) })
      : words('rate', { rate: output });
  return parts([
    speeds,
    running > 0 && words('running', { count: running }),
    waiting > 0 && words('waiting', { count: waiting }),
  ]);
}

/** A problem in one line. */
export function problemText(problem: Problem, words: Words): string {
  const { kind, name, at } = problem;
  if (problem.kind === 'core') {
    return words(`problem.core.${problem.name}`, { time: timeOf(problem.at) });
  }
  const values = { name: nameOf(name) };
  // The ledger's message is Tokwatt's own sentence.
  if (kind === 'ledger') return words('problem.ledger', { name: foreignName(name) });
  if (kind !== 'upstream' || at === null) return words(`problem.${kind}`, values);
  return words('problem.upstreamSince', { ...values, time: timeOf(at) });
}

/** What today has brought and cost: `Today: 182,000 in · 41,000 out · ≈0.21 kWh · ≈€0.06`. */
export function todayText({ totals, cost }: State, words: Words): string {
  const { all } = totals.today;
  const kwh = cost?.kwh ?? (all.energyJoules === null ? null : all.energyJoules / JOULES_PER_KWH);
  const energy = formatMarked(formatKwh(kwh), 'estimated');
  const money = cost === null ? UNKNOWN : formatMoney(cost.cost, cost.currency);
  return parts([
    words('todayLine', { tokens: tokensText(all, words) }),
    energy !== UNKNOWN && energy,
    money !== UNKNOWN && formatMarked(money, 'estimated'),
  ]);
}

/** Full counts, so that people can compare them with other tools. */
export function tokensText(tally: Tally, words: Words): string {
  return words('tokens', {
    input: formatTotal(tally.inputTokens, tally),
    output: formatTotal(tally.outputTokens, tally),
  });
}

/** The figures of a GPU: `212 W · 71 °C · 14.2 GiB of 24.0 GiB`; null if it tells none. */
export function gpuText(gpu: GpuReading, age: string | null, words: Words): string | null {
  const used = formatBytes(gpu.memoryUsedBytes);
  const figures = parts([
    gpu.powerW !== null && formatPower(gpu.powerW),
    gpu.temperatureC !== null && formatTemperature(gpu.temperatureC),
    gpu.memoryUsedBytes !== null &&
      (gpu.memoryTotalBytes === null
        ? used
        : words('used', { used, total: formatBytes(gpu.memoryTotalBytes) })),
  ]);
  if (figures === '') return null;
  const dated = age === null ? figures : words('age', { figures, age });
  return words('gpu', { name: nameOf(gpu.name), figures: dated });
}

/** The parts that say something, in one line. */
export function parts(texts: readonly (string | false)[]): string {
  return texts.filter((text) => text !== false).join(' · ');
}
