/**
 * The ledger's tables, as the migrations create them.
 *
 * Repeated strings are stored as numbers of `name`. This makes a row a third of the size and an
 * index on a model a column of small integers, and text is searched in the few names instead of the
 * many rows. Numbers of names are never reused (AUTOINCREMENT), so they can be cached. Name 0 means
 * "unknown" if a name is part of a key.
 */

const NAME = 'INTEGER REFERENCES name(id)';

/** Every filter of the activity page has an index in the page's order. */
export const ACTIVITY_SQL = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE name (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  -- The newest row and moment that used it: what tells when nothing can use it any more.
  last_row INTEGER NOT NULL DEFAULT 0,
  last_at INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, value)
);
INSERT INTO name (id, kind, value) VALUES (0, 'none', '');

CREATE TABLE activity (
  id INTEGER PRIMARY KEY,
  started_at INTEGER NOT NULL,
  completed_at INTEGER NOT NULL,
  upstream ${NAME} NOT NULL,
  api ${NAME} NOT NULL,
  operation ${NAME} NOT NULL,
  inference INTEGER NOT NULL,
  method ${NAME} NOT NULL,
  endpoint ${NAME} NOT NULL,
  model ${NAME},
  response_model ${NAME},
  architecture ${NAME},
  stream INTEGER,
  status INTEGER,
  status_class INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  finish_reason ${NAME},
  error ${NAME},
  input_tokens INTEGER,
  cached_tokens INTEGER,
  output_tokens INTEGER,
  reasoning_tokens INTEGER,
  provenance INTEGER NOT NULL,
  prompt_rate REAL,
  output_rate REAL,
  duration_ms REAL NOT NULL,
  ttft_ms REAL,
  queue_ms REAL,
  load_ms REAL,
  prefill_ms REAL,
  decode_ms REAL,
  gap_p50_ms REAL,
  gap_max_ms REAL,
  bytes_in INTEGER NOT NULL,
  bytes_out INTEGER NOT NULL,
  content_chunks INTEGER,
  energy_joules REAL,
  readable INTEGER NOT NULL,
  features INTEGER NOT NULL,
  application ${NAME},
  address ${NAME},
  client_key ${NAME},
  origin ${NAME},
  tag ${NAME}
);
CREATE INDEX activity_time ON activity (completed_at);
CREATE INDEX activity_upstream ON activity (upstream, completed_at);
CREATE INDEX activity_model ON activity (model, completed_at);
CREATE INDEX activity_endpoint ON activity (endpoint, completed_at);
CREATE INDEX activity_application ON activity (application, completed_at);
CREATE INDEX activity_key ON activity (client_key, completed_at);
CREATE INDEX activity_operation ON activity (operation, completed_at);
CREATE INDEX activity_api ON activity (api, completed_at);
CREATE INDEX activity_error ON activity (error, completed_at) WHERE error IS NOT NULL;
CREATE INDEX activity_failed ON activity (completed_at) WHERE error IS NOT NULL;
CREATE INDEX activity_status ON activity (status_class, completed_at) WHERE status_class <> 2;
`;

/**
 * `series` is per minute (span 1) and per hour (span 60) × upstream × model; `at` is in minutes
 * since 1970. The row with upstream and model 0 has the peak of all exchanges in flight. For GPU
 * samples, `span` is the seconds covered by one row: 1, then 60, then 900.
 */
export const CHARTS_SQL = `
CREATE TABLE series (
  span INTEGER NOT NULL,
  at INTEGER NOT NULL,
  upstream ${NAME} NOT NULL,
  model ${NAME} NOT NULL,
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
  PRIMARY KEY (span, at, upstream, model)
) WITHOUT ROWID;

CREATE TABLE rollup (
  day TEXT NOT NULL,
  model ${NAME} NOT NULL,
  upstream ${NAME} NOT NULL,
  application ${NAME} NOT NULL,
  client_key ${NAME} NOT NULL,
  operation ${NAME} NOT NULL,
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
  PRIMARY KEY (day, model, upstream, application, client_key, operation)
) WITHOUT ROWID;

CREATE TABLE gpu (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  position INTEGER NOT NULL,
  uid TEXT NOT NULL,
  name TEXT NOT NULL,
  vendor TEXT NOT NULL,
  UNIQUE (position, uid, name, vendor)
);

CREATE TABLE gpu_sample (
  span INTEGER NOT NULL,
  at INTEGER NOT NULL,
  gpu INTEGER NOT NULL REFERENCES gpu(id),
  utilization REAL,
  utilization_max REAL,
  memory_used REAL,
  memory_used_max REAL,
  memory_total REAL,
  temperature REAL,
  temperature_max REAL,
  power REAL,
  power_max REAL,
  power_limit REAL,
  PRIMARY KEY (span, at, gpu)
) WITHOUT ROWID;
`;

/**
 * The index of failures contains the columns by which they are filtered, so that a rare combination
 * is found without reading rows; failures are few. `id` comes second for the page's order. From
 * this version on, row counts are stored in `meta`.
 */
export const COUNTS_SQL = `
DROP INDEX activity_failed;
CREATE INDEX activity_failed ON activity
  (completed_at, id, error, model, client_key, application, upstream, api, operation, endpoint,
   status_class, inference)
  WHERE error IS NOT NULL;
INSERT OR REPLACE INTO meta (key, value) VALUES
  ('activity_rows', (SELECT count(*) FROM activity)),
  ('series_rows', (SELECT count(*) FROM series));
`;

/** Why reported figures were not accepted, and the version of the rules that decided it. */
export const EVIDENCE_SQL = `
ALTER TABLE activity ADD COLUMN refusals ${NAME};
ALTER TABLE activity ADD COLUMN meter_version INTEGER;
`;

/** Rows of earlier versions have no claim. */
export const HOPS_SQL = `
ALTER TABLE activity ADD COLUMN claims_hop INTEGER NOT NULL DEFAULT 0;
`;

/** When the first visible text came. Reasoning and tool calls may precede it. */
export const FIRST_TEXT_SQL = 'ALTER TABLE activity ADD COLUMN first_text_ms REAL;';

/**
 * The model name used in sums, if it differs from the requested name. NULL means the same name; 0
 * means none, because the server does not know that model.
 */
export const COUNTED_MODEL_SQL = `
ALTER TABLE activity ADD COLUMN counted_model ${NAME};
`;

/** Expected relative errors of estimated counts, as fractions. */
export const ESTIMATE_ERRORS_SQL = `
ALTER TABLE activity ADD COLUMN input_error REAL;
ALTER TABLE activity ADD COLUMN output_error REAL;
`;

/** The sizes are stored before the blobs, so that summing them never reads a body's pages. */
export const CAPTURES_SQL = `
CREATE TABLE capture (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL,
  encoding TEXT NOT NULL,
  request_bytes INTEGER NOT NULL,
  request_truncated INTEGER NOT NULL,
  response_bytes INTEGER NOT NULL,
  response_truncated INTEGER NOT NULL,
  request_headers BLOB NOT NULL,
  response_headers BLOB NOT NULL,
  request_body BLOB NOT NULL,
  response_body BLOB NOT NULL
);
CREATE INDEX capture_time ON capture (at, stored_bytes);
`;

/** The least of the readings that a sample covers. It had only the greatest. */
export const GPU_RANGES_SQL = `
ALTER TABLE gpu_sample ADD COLUMN utilization_min REAL;
ALTER TABLE gpu_sample ADD COLUMN memory_used_min REAL;
ALTER TABLE gpu_sample ADD COLUMN temperature_min REAL;
ALTER TABLE gpu_sample ADD COLUMN power_min REAL;
`;
