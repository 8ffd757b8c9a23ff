/** The column and the sums of clients' processes, as the migration creates them. */

const NAME = 'INTEGER REFERENCES name(id)';

/**
 * `process_rollup` has the sums of `rollup` by process instead of application, key and operation. They are a table of
 * their own, because one more name in the key of `rollup` would multiply its rows, and those of its copies in other
 * databases. Sums of earlier versions belong to no process (name 0), as do those of dimension 5 in
 * `dimension_series`.
 */
export const PROCESS_SQL = `
ALTER TABLE activity ADD COLUMN client_process ${NAME};
CREATE INDEX activity_process ON activity (client_process, completed_at)
  WHERE client_process IS NOT NULL;

CREATE TABLE process_rollup (
  day TEXT NOT NULL,
  model ${NAME} NOT NULL,
  upstream ${NAME} NOT NULL,
  client_process ${NAME} NOT NULL,
  requests INTEGER NOT NULL,
  other_requests INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  estimated_tokens INTEGER NOT NULL,
  unmetered INTEGER NOT NULL,
  timed_tokens REAL NOT NULL,
  timed_seconds REAL NOT NULL,
  energy_joules REAL NOT NULL,
  duration_ms REAL NOT NULL,
  bytes_in INTEGER NOT NULL,
  bytes_out INTEGER NOT NULL,
  energy_net_joules REAL,
  rated_joules REAL,
  rated_output_tokens REAL,
  rated_net_joules REAL,
  rated_net_output_tokens REAL,
  rated_prefill_joules REAL,
  rated_prompt_tokens REAL,
  rated_decode_joules REAL,
  rated_decode_tokens REAL,
  PRIMARY KEY (day, model, upstream, client_process)
) WITHOUT ROWID;

INSERT INTO process_rollup SELECT day, model, upstream, 0,
  total(requests), total(other_requests), total(errors), total(input_tokens),
  total(cached_tokens), total(output_tokens), total(reasoning_tokens), total(estimated_tokens),
  total(unmetered), total(timed_tokens), total(timed_seconds), total(energy_joules),
  total(duration_ms), total(bytes_in), total(bytes_out),
  iif(count(energy_net_joules) > 0, total(energy_net_joules), NULL),
  iif(count(rated_joules) > 0, total(rated_joules), NULL),
  iif(count(rated_output_tokens) > 0, total(rated_output_tokens), NULL),
  iif(count(rated_net_joules) > 0, total(rated_net_joules), NULL),
  iif(count(rated_net_output_tokens) > 0, total(rated_net_output_tokens), NULL),
  iif(count(rated_prefill_joules) > 0, total(rated_prefill_joules), NULL),
  iif(count(rated_prompt_tokens) > 0, total(rated_prompt_tokens), NULL),
  iif(count(rated_decode_joules) > 0, total(rated_decode_joules), NULL),
  iif(count(rated_decode_tokens) > 0, total(rated_decode_tokens), NULL)
FROM rollup GROUP BY day, model, upstream;

INSERT INTO dimension_series SELECT span, 5, at, 0, requests, errors, input_tokens, cached_tokens,
  output_tokens, reasoning_tokens, estimated_tokens, energy_joules, latency_sum, ttft_sum,
  rate_sum, latency, ttft, rate, in_flight_peak, energy_net_joules, rated_joules,
  rated_output_tokens, rated_net_joules, rated_net_output_tokens, rated_prefill_joules,
  rated_prompt_tokens, rated_decode_joules, rated_decode_tokens
FROM dimension_series WHERE dimension = 0;
`;
