/** The statements that add columns to PostgreSQL's tables. Never change a released one. */

export function evidenceSql(schema: string): string {
  return `
ALTER TABLE ${schema}.exchanges ADD COLUMN refusals text, ADD COLUMN meter_version bigint;
COMMENT ON COLUMN ${schema}.exchanges.refusals IS 'Why reported figures were rejected.';
`;
}

export function firstTextSql(schema: string): string {
  return `ALTER TABLE ${schema}.exchanges ADD COLUMN time_to_first_text_ms double precision`;
}

export function estimateErrorsSql(schema: string): string {
  return `ALTER TABLE ${schema}.exchanges
  ADD COLUMN input_estimate_error double precision,
  ADD COLUMN output_estimate_error double precision`;
}

export function energyPartsSql(schema: string): string {
  return `ALTER TABLE ${schema}.exchanges
  ADD COLUMN energy_net_joules double precision,
  ADD COLUMN energy_prefill_joules double precision,
  ADD COLUMN energy_decode_joules double precision,
  ADD COLUMN energy_measured_share double precision`;
}

export function energySumsSql(schema: string): string {
  return `ALTER TABLE ${schema}.rollups
  ADD COLUMN energy_net_joules double precision,
  ADD COLUMN rated_joules double precision,
  ADD COLUMN rated_output_tokens bigint,
  ADD COLUMN rated_net_joules double precision,
  ADD COLUMN rated_net_output_tokens bigint,
  ADD COLUMN rated_prefill_joules double precision,
  ADD COLUMN rated_prompt_tokens bigint,
  ADD COLUMN rated_decode_joules double precision,
  ADD COLUMN rated_decode_tokens bigint`;
}

export function sessionsSql(schema: string): string {
  return `ALTER TABLE ${schema}.exchanges
  ADD COLUMN session_id text,
  ADD COLUMN session_source text,
  ADD COLUMN sampling text,
  ADD COLUMN drafted_tokens bigint,
  ADD COLUMN accepted_draft_tokens bigint`;
}

/** The statement that adds one column to `exchanges`. */
export function adding(column: string): (schema: string) => string {
  return (schema) => `ALTER TABLE ${schema}.exchanges ADD COLUMN ${column}`;
}
