/**
 * The columns of sessions, sampling parameters and drafted tokens, and the sums of each session.
 * They are summed as rows are stored, because grouping a million rows would take seconds. The id of
 * a session is that of its name. The time index has all columns by which sessions are filtered, so
 * that a page reads few rows.
 */
const NAME = 'INTEGER REFERENCES name(id)';

/** Rows of earlier versions have no session and no parameters. */
export const SESSIONS_SQL = `
ALTER TABLE activity ADD COLUMN session ${NAME};
ALTER TABLE activity ADD COLUMN session_source ${NAME};
ALTER TABLE activity ADD COLUMN sampling ${NAME};
ALTER TABLE activity ADD COLUMN drafted_tokens INTEGER;
ALTER TABLE activity ADD COLUMN accepted_draft_tokens INTEGER;
CREATE INDEX activity_session ON activity (session, completed_at) WHERE session IS NOT NULL;

CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL,
  upstream INTEGER NOT NULL,
  application INTEGER NOT NULL,
  client_key INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  first_row INTEGER NOT NULL,
  last_row INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  cached_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  estimated_tokens INTEGER NOT NULL,
  duration_ms REAL NOT NULL,
  energy_joules REAL,
  first_prompt INTEGER,
  last_prompt INTEGER,
  peak_prompt INTEGER
);
CREATE INDEX session_time ON session (last_at, id, first_at, source, application, requests);

CREATE TABLE session_model (
  session INTEGER NOT NULL,
  model INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (session, model)
) WITHOUT ROWID;
`;
