/** The tables of the history page, as the migrations create them. */

const NAME = 'INTEGER REFERENCES name(id)';

/**
 * `dimension_series` has the columns of `series`, but each row is the sum over all exchanges (dimension 0) or over
 * one model (1), upstream (2), application (3) or key (4): so a chart by program reads as few rows as one by model.
 * `span` is 5 or 60 minutes, `at` is in minutes since 1970, and name 0 is "unknown". The sums are complete from the
 * minute `dimensions_from` on; the writer makes those before it in the background.
 *
 * `gpu_total` is the same for the readings of all GPUs together. `weight` is in seconds, and the sums are weighted by
 * it. `last_at` is the newest sample that was added, so that none is added twice.
 *
 * `metering_span` has the times in which metering was on, Unix milliseconds.
 */
export const HISTORY_SQL = `
CREATE TABLE dimension_series (
  span INTEGER NOT NULL,
  dimension INTEGER NOT NULL,
  at INTEGER NOT NULL,
  name ${NAME} NOT NULL,
  requests INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  estimated_tokens INTEGER NOT NULL,
  energy_joules REAL NOT NULL,
  latency_sum REAL NOT NULL,
  ttft_sum REAL NOT NULL,
  rate_sum REAL NOT NULL,
  latency BLOB,
  ttft BLOB,
  rate BLOB,
  in_flight_peak INTEGER,
  energy_net_joules REAL,
  rated_joules REAL,
  rated_output_tokens REAL,
  rated_net_joules REAL,
  rated_net_output_tokens REAL,
  rated_prefill_joules REAL,
  rated_prompt_tokens REAL,
  rated_decode_joules REAL,
  rated_decode_tokens REAL,
  PRIMARY KEY (span, dimension, at, name)
) WITHOUT ROWID;

CREATE TABLE gpu_total (
  span INTEGER NOT NULL,
  at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  power_sum REAL,
  power_weight REAL,
  power_min REAL,
  power_max REAL,
  utilization_sum REAL,
  utilization_weight REAL,
  utilization_min REAL,
  utilization_max REAL,
  memory_sum REAL,
  memory_weight REAL,
  memory_min REAL,
  memory_max REAL,
  PRIMARY KEY (span, at)
) WITHOUT ROWID;

CREATE TABLE metering_span (
  began INTEGER PRIMARY KEY,
  ended INTEGER NOT NULL
);

INSERT OR REPLACE INTO meta (key, value) VALUES
  ('dimensions_from', (SELECT coalesce(max(at) / 60 * 60 + 60, 0) FROM series));
`;
