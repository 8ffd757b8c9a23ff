/** The parts of the ledger's schema for energy, as the migrations create them. */

/**
 * Where the energy of each device went, by minute (span 1) and then by hour (span 60); `at` is in
 * minutes since 1970. `last_sample` is the number of the sample that was added last, so that none is
 * added twice. NULL is unknown.
 */
export const DEVICE_ENERGY_SQL = `
CREATE TABLE device_energy (
  span INTEGER NOT NULL,
  at INTEGER NOT NULL,
  device TEXT NOT NULL,
  attributed REAL NOT NULL,
  idle REAL NOT NULL,
  phantom REAL,
  other REAL NOT NULL,
  measured_ms REAL,
  last_sample REAL NOT NULL,
  PRIMARY KEY (span, at, device)
) WITHOUT ROWID;
`;

/** The parts of an exchange's energy; NULL in rows of earlier versions. */
export const ENERGY_PARTS_SQL = `
ALTER TABLE activity ADD COLUMN energy_net_joules REAL;
ALTER TABLE activity ADD COLUMN energy_prefill_joules REAL;
ALTER TABLE activity ADD COLUMN energy_decode_joules REAL;
ALTER TABLE activity ADD COLUMN energy_measured_share REAL;
`;

/** 1 if other programs used the GPUs during an exchange, else 0; NULL if that is not known. */
export const OTHER_WORK_SQL = 'ALTER TABLE activity ADD COLUMN energy_other_work INTEGER;';

/**
 * Sums over exchanges with known parts of their energy. NULL until such an exchange was counted, and
 * in sums of earlier versions.
 */
export const ENERGY_SUMS_SQL = ['series', 'rollup']
  .flatMap((table) => [
    `ALTER TABLE ${table} ADD COLUMN energy_net_joules REAL;`,
    `ALTER TABLE ${table} ADD COLUMN rated_joules REAL;`,
    `ALTER TABLE ${table} ADD COLUMN rated_output_tokens REAL;`,
    `ALTER TABLE ${table} ADD COLUMN rated_net_joules REAL;`,
    `ALTER TABLE ${table} ADD COLUMN rated_net_output_tokens REAL;`,
    `ALTER TABLE ${table} ADD COLUMN rated_prefill_joules REAL;`,
    `ALTER TABLE ${table} ADD COLUMN rated_prompt_tokens REAL;`,
    `ALTER TABLE ${table} ADD COLUMN rated_decode_joules REAL;`,
    `ALTER TABLE ${table} ADD COLUMN rated_decode_tokens REAL;`,
  ])
  .join('\n');
