import { ENERGY_SUMS, energySumsOf } from '../../../../shared/energy-sums.ts';
import type { EnergySums } from '../../../../shared/energy-sums.ts';
import { snakeCase } from '../../../../shared/wire.ts';
import { COLUMN } from './activity-columns.ts';
import type { Column } from './activity-columns.ts';
import type { SqlValue } from './database.ts';
import { asNumber } from './sql-values.ts';

/** The columns of {@link EnergySums} in `series` and `rollup`, in the order of `ENERGY_SUMS`. */
export const ENERGY_COLUMNS = ENERGY_SUMS.map(snakeCase);

/** Returns what an exchange adds to the sums of energy; `values` is a row of `activity`. */
export function energySumsOfRow(values: readonly SqlValue[]): EnergySums {
  const number = (column: Column): number | null => asNumber(values[COLUMN[column]]);
  const measuredShare = number('energy_measured_share');
  return energySumsOf({
    energyJoules: number('energy_joules'),
    energyParts:
      measuredShare === null
        ? null
        : {
            netJoules: number('energy_net_joules'),
            prefillJoules: number('energy_prefill_joules'),
            decodeJoules: number('energy_decode_joules'),
            measuredShare,
          },
    inputTokens: number('input_tokens'),
    cachedInputTokens: number('cached_tokens'),
    outputTokens: number('output_tokens'),
    reasoningTokens: number('reasoning_tokens'),
    timeToFirstTokenMs: number('ttft_ms'),
    timeToFirstTextMs: number('first_text_ms'),
  });
}

/** The sums in the order of {@link ENERGY_COLUMNS}. */
export function energyValues(sums: EnergySums): (number | null)[] {
  return ENERGY_SUMS.map((name) => sums[name]);
}
