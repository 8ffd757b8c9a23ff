/** The parts of the ledger's schema for energy, as the migrations create them. */

/** The parts of an exchange's energy; NULL in rows of earlier versions. */
export const ENERGY_PARTS_SQL = `
ALTER TABLE activity ADD COLUMN energy_net_joules REAL;
ALTER TABLE activity ADD COLUMN energy_prefill_joules REAL;
ALTER TABLE activity ADD COLUMN energy_decode_joules REAL;
ALTER TABLE activity ADD COLUMN energy_measured_share REAL;
`;

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
