/** The statements that add columns to ClickHouse's tables. Never change a released one. */

export function evidenceSql(database: string): string {
  return `ALTER TABLE ${database}.exchanges
  ADD COLUMN refusals Nullable(String),
  ADD COLUMN meter_version Nullable(Int64)`;
}

export function estimateErrorsSql(database: string): string {
  return `ALTER TABLE ${database}.exchanges
  ADD COLUMN input_estimate_error Nullable(Float64),
  ADD COLUMN output_estimate_error Nullable(Float64)`;
}

export function energyPartsSql(database: string): string {
  return `ALTER TABLE ${database}.exchanges
  ADD COLUMN energy_net_joules Nullable(Float64),
  ADD COLUMN energy_prefill_joules Nullable(Float64),
  ADD COLUMN energy_decode_joules Nullable(Float64),
  ADD COLUMN energy_measured_share Nullable(Float64)`;
}

/** The columns are placed before `sending`, which is for internal use. */
export function energySumsSql(database: string): string {
  return `ALTER TABLE ${database}.rollups
  ADD COLUMN energy_net_joules Nullable(Float64) AFTER bytes_out,
  ADD COLUMN rated_joules Nullable(Float64) AFTER energy_net_joules,
  ADD COLUMN rated_output_tokens Nullable(Int64) AFTER rated_joules,
  ADD COLUMN rated_net_joules Nullable(Float64) AFTER rated_output_tokens,
  ADD COLUMN rated_net_output_tokens Nullable(Int64) AFTER rated_net_joules,
  ADD COLUMN rated_prefill_joules Nullable(Float64) AFTER rated_net_output_tokens,
  ADD COLUMN rated_prompt_tokens Nullable(Int64) AFTER rated_prefill_joules,
  ADD COLUMN rated_decode_joules Nullable(Float64) AFTER rated_prompt_tokens,
  ADD COLUMN rated_decode_tokens Nullable(Int64) AFTER rated_decode_joules`;
}

export function sessionsSql(database: string): string {
  return `ALTER TABLE ${database}.exchanges
  ADD COLUMN session_id Nullable(String),
  ADD COLUMN session_source Nullable(String),
  ADD COLUMN sampling Nullable(String),
  ADD COLUMN drafted_tokens Nullable(Int64),
  ADD COLUMN accepted_draft_tokens Nullable(Int64)`;
}

/** The statement that adds one column to `exchanges`. */
export function adding(column: string): (database: string) => string {
  return (database) => `ALTER TABLE ${database}.exchanges ADD COLUMN ${column}`;
}
