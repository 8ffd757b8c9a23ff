import { NO_ENERGY_SUMS, addEnergySums } from '../../../../shared/energy-sums.ts';
import type { EnergySums } from '../../../../shared/energy-sums.ts';
import { localDate } from '../../../../shared/format.ts';
import type { Db, SqlValue } from './database.ts';
import { isEstimated } from './packed-values.ts';
import { ENERGY_COLUMNS, energySumsOfRow, energyValues } from './energy-columns.ts';
import { countedModelId } from './rows.ts';
import { asNumber } from './sql-values.ts';
import { COLUMN } from './activity-columns.ts';
import type { Column } from './activity-columns.ts';
import { estimatedTokens } from './series.ts';

/** The sums of `rollup`, in the order of its columns after the key. */
export const SUM_COLUMNS = [
  'requests',
  'other_requests',
  'errors',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'estimated_tokens',
  'unmetered',
  'timed_tokens',
  'timed_seconds',
  'energy_joules',
  'duration_ms',
  'bytes_in',
  'bytes_out',
] as const;

const IS_ENERGY = SUM_COLUMNS.map((name) => name === 'energy_joules');

const KEY_COLUMNS = ['day', 'model', 'upstream', 'application', 'client_key', 'operation'];

const COLUMNS = [...KEY_COLUMNS, ...SUM_COLUMNS, ...ENERGY_COLUMNS];
const ALL_COLUMNS = COLUMNS.join(', ');
const ADD_TO_SUMS = `ON CONFLICT (${KEY_COLUMNS.join(', ')}) DO UPDATE SET
  ${[
    ...SUM_COLUMNS.map((name) => `${name} = coalesce(${name}, 0) + excluded.${name}`),
    ...ENERGY_COLUMNS.map(
      (name) => `${name} = coalesce(${name} + excluded.${name}, ${name}, excluded.${name})`,
    ),
  ].join(', ')}`;

const UPSERT = `INSERT INTO rollup (${ALL_COLUMNS})
  VALUES (${COLUMNS.map(() => '?').join(', ')}) ${ADD_TO_SUMS}`;

/** The same columns, with another model's number instead of the row's own. */
const OF_MODEL = ALL_COLUMNS.replace('model', '?');
const MOVE = `INSERT INTO rollup (${ALL_COLUMNS})
  SELECT ${OF_MODEL} FROM rollup WHERE upstream = ? AND model = ? ${ADD_TO_SUMS}`;
const EMPTY = `UPDATE rollup SET ${SUM_COLUMNS.map((name) => `${name} = 0`).join(', ')},
  ${ENERGY_COLUMNS.map((name) => `${name} = NULL`).join(', ')}
  WHERE upstream = ? AND model = ?`;

/**
 * Adds the sums of an upstream's model to those of another model; both are numbers of names.
 * Emptied rows stay, because a copy in another database must become empty too.
 */
export function moveRollups(db: Db, upstream: number, model: number, target: number): void {
  db.run(MOVE, [target, upstream, model]);
  db.run(EMPTY, [upstream, model]);
}

interface DaySums {
  readonly key: readonly SqlValue[];
  /** In the order of {@link SUM_COLUMNS}. */
  readonly sums: readonly number[];
  readonly energy: EnergySums;
}

const EMPTY_DAY = { sums: SUM_COLUMNS.map(() => 0), energy: NO_ENERGY_SUMS };

/**
 * Sums a batch by local calendar day × model, upstream, application, key and operation. An exchange
 * belongs to the day of its end, in the clock and time zone of this machine at that time. Summed
 * days stay unchanged if either changes later.
 */
export class RollupFold {
  readonly #days = new Map<string, DaySums>();

  /** `values` is a row of `activity`. The sums follow the rules of the totals. */
  add(values: readonly SqlValue[]): void {
    this.#add(values, rowSums(values));
  }

  /** Adds the energy of a row that was added before. */
  addEnergy(values: readonly SqlValue[]): void {
    const sums = rowSums(values);
    this.#add(
      values,
      sums.map((sum, i) => (IS_ENERGY[i] === true ? sum : 0)),
    );
  }

  #add(values: readonly SqlValue[], added: readonly number[]): void {
    const number = (column: Column): number | null => asNumber(values[COLUMN[column]]);
    const key: SqlValue[] = [
      localDate(number('completed_at') ?? 0),
      countedModelId(values),
      number('upstream') ?? 0,
      number('application') ?? 0,
      number('client_key') ?? 0,
      number('operation') ?? 0,
    ];
    const id = key.join('/');
    const { sums, energy } = this.#days.get(id) ?? EMPTY_DAY;
    this.#days.set(id, {
      key,
      sums: sums.map((sum, index) => sum + (added[index] ?? 0)),
      energy: number('inference') === 1 ? addEnergySums(energy, energySumsOfRow(values)) : energy,
    });
  }

  save(db: Db): void {
    for (const { key, sums, energy } of this.#days.values()) {
      db.run(UPSERT, [...key, ...sums, ...energyValues(energy)]);
    }
  }
}

function rowSums(values: readonly SqlValue[]): number[] {
  const number = (column: Column): number | null => asNumber(values[COLUMN[column]]);
  const count = (column: Column): number => number(column) ?? 0;
  const always = [count('duration_ms'), count('bytes_in'), count('bytes_out')];
  if (number('inference') !== 1) return [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...always];
  const failed = number('error') !== null;
  const unknown = number('input_tokens') === null && number('output_tokens') === null;
  const rate = count('output_rate');
  const tokens = number('output_tokens');
  // The sums follow those of the totals: estimated speeds are left out.
  const isGuess = isEstimated(number('provenance') ?? 0, 'outputRate');
  const timed = rate > 0 && tokens !== null && !isGuess;
  return [
    1,
    0,
    failed ? 1 : 0,
    count('input_tokens'),
    count('cached_tokens'),
    count('output_tokens'),
    count('reasoning_tokens'),
    estimatedTokens(values),
    !failed && unknown ? 1 : 0,
    timed ? tokens : 0,
    timed ? tokens / rate : 0,
    count('energy_joules'),
    ...always,
  ];
}
