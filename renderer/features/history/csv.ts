import type { History, HistoryLine } from '../../../shared/history.ts';
import type { ChartTable } from '../../charts/export/csv.ts';
import type { NamedLine } from './lines.ts';

/** Names as in the API, because the file is for programs. */
const COLUMNS = [
  ...['time', 'group', 'requests', 'errors', 'input_tokens', 'cached_input_tokens'],
  ...['output_tokens', 'output_tokens_per_second_p5', 'output_tokens_per_second_p50'],
  ...['output_tokens_per_second_p95', 'time_to_first_token_ms_p50', 'time_to_first_token_ms_p95'],
  ...['energy_joules', 'cost', 'power_w_mean'],
] as const;

/** A row for each step and line, raw. The power is that of all GPUs, so only rows of the total have it. */
export function historyTable(
  { at, total, gpu }: History,
  groups: readonly NamedLine[],
): ChartTable {
  const row = (index: number, group: string, line: HistoryLine): (string | number | null)[] => {
    const { outputTokensPerSecond: speed, timeToFirstTokenMs: ttft } = line;
    const columns = [
      ...[line.requests, line.errors, line.inputTokens, line.cachedInputTokens, line.outputTokens],
      ...[speed.p5, speed.p50, speed.p95, ttft.p50, ttft.p95, line.energyJoules, line.cost],
    ];
    const watts = line === total ? (gpu.powerW.mean[index] ?? null) : null;
    const time = new Date(at[index] ?? 0).toISOString();
    return [time, group, ...columns.map((column) => column[index] ?? null), watts];
  };
  const rows = at.flatMap((_, index) => [
    row(index, '', total),
    ...groups.map(({ label, line }) => row(index, label, line)),
  ]);
  return { columns: COLUMNS, rows };
}
