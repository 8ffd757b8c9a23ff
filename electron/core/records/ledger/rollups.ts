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

/** The columns of a row of `activity` by which a table's sums are, after the day, the model and the upstream. */
const NAMES_OF = {
  rollup: ['application', 'client_key', 'operation'],
  process_rollup: ['client_process'],
} as const satisfies Readonly<Record<string, readonly Column[]>>;
export type RollupTable = keyof typeof NAMES_OF;
export const ROLLUP_TABLES = Object.keys(NAMES_OF) as RollupTable[];

interface Statements {
  readonly upsert: string;
  readonly move: string;
  readonly empty: string;
}

function statementsOf(table: RollupTable): Statements {
  const keys = ['day', 'model', 'upstream', ...NAMES_OF[table]];
  const columns = [...keys, ...SUM_COLUMNS, ...ENERGY_COLUMNS];
  const all = columns.join(', ');
  const addToSums = `ON CONFLICT (${keys.join(', ')}) DO UPDATE SET
    ${[
      ...SUM_COLUMNS.map((name) => `${name} = coalesce(${name}, 0) + excluded.${name}`),
      ...ENERGY_COLUMNS.map(
        (name) => `${name} = coalesce(${name} + excluded.${name}, ${name}, excluded.${name})`,
      ),
    ].join(', ')}`;
  // The same columns, with another model's number instead of the row's own.
  const ofModel = all.replace('model', '?');
  return {
    upsert: `INSERT INTO ${table} (${all}) VALUES (${columns.map(() => '?').join(', ')}) ${addToSums}`,
    move: `INSERT INTO ${table} (${all})
      SELECT ${ofModel} FROM ${table} WHERE upstream = ? AND model = ? ${addToSums}`,
    empty: `UPDATE ${table} SET ${SUM_COLUMNS.map((name) => `${name} = 0`).join(', ')},
      ${ENERGY_COLUMNS.map((name) => `${name} = NULL`).join(', ')}
      WHERE upstream = ? AND model = ?`,
  };
}

const STATEMENTS: Readonly<Record<RollupTable, Statements>> = {
  rollup: statementsOf('rollup'),
  process_rollup: statementsOf('process_rollup'),
};

/**
 * Adds the sums of an upstream's model to those of another model; both are numbers of names.
 * Emptied rows stay, because a copy in another database must become empty too.
 */
export function moveRollups(db: Db, upstream: number, model: number, target: number): void {
  for (const table of ROLLUP_TABLES) {
    const { move, empty } = STATEMENTS[table];
    db.run(move, [target, upstream, model]);
    db.run(empty, [upstream, model]);
  }
}

interface DaySums {
  readonly key: readonly SqlValue[];
  /** In the order of {@link SUM_COLUMNS}. */
  readonly sums: readonly number[];
  readonly energy: EnergySums;
}

const EMPTY_DAY = { sums: SUM_COLUMNS.map(() => 0), energy: NO_ENERGY_SUMS };

/**
 * Sums a batch by local calendar day × model, upstream and the names of the table. An exchange
 * belongs to the day of its end, in the clock and time zone of this machine at that time. Summed
 * days stay unchanged if either changes later.
 */
export class RollupFold {
  readonly #days = new Map<string, DaySums>();
  readonly #table: RollupTable;

  constructor(table: RollupTable) {
    this.#table = table;
  }

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
      ...NAMES_OF[this.#table].map((name) => number(name) ?? 0),
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
      db.run(STATEMENTS[this.#table].upsert, [...key, ...sums, ...energyValues(energy)]);
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
