import * as v from 'valibot';
import { SESSION_SOURCES } from '../../../../shared/sessions.ts';
import type { SessionPage, SessionSummary } from '../../../../shared/sessions.ts';
import { formatPageCursor, parsePageCursor } from './activity-page.ts';
import { both, timeBounds } from './activity-filter.ts';
import type { Condition } from './activity-filter.ts';
import { numbers } from './columns.ts';
import type { Db, SqlRow } from './database.ts';
import type { NameReader } from './names.ts';
import { activityFilterSchema, activityQuerySchema } from './query-schemas.ts';
import { asNumber } from './sql-values.ts';

/** Sessions that overlap a time range: `from` inclusive, `to` exclusive. */
export const sessionQuerySchema = v.object({
  from: activityFilterSchema.entries.from,
  to: activityFilterSchema.entries.to,
  application: activityFilterSchema.entries.application,
  source: v.optional(v.picklist(SESSION_SOURCES, `must be one of: ${SESSION_SOURCES.join(', ')}`)),
  /** Leaves out sessions with fewer requests. */
  minRequests: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  limit: activityQuerySchema.entries.limit,
  cursor: activityQuerySchema.entries.cursor,
});
export type SessionQuery = v.InferOutput<typeof sessionQuerySchema>;

const DEFAULT_LIMIT = 50;
/** Most models named for a session. */
const MAX_MODELS = 20;

const COLUMNS = [
  ...['id', 'source', 'upstream', 'application', 'client_key', 'first_at', 'last_at', 'requests'],
  ...['errors', 'input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens'],
  ...['estimated_tokens', 'duration_ms', 'energy_joules'],
  ...['first_prompt', 'last_prompt', 'peak_prompt'],
];

const MODELS_OF = `SELECT ${numbers('model')} FROM session_model WHERE session = ?
  ORDER BY requests DESC, model LIMIT ${MAX_MODELS}`;

/**
 * Returns a page of sessions. The ids are found in the time index alone, which has all columns of
 * the filters; only the rows of the page are read.
 */
export function sessionPage(db: Db, names: NameReader, query: SessionQuery): SessionPage {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const where = conditionOf(names, query);
  if (where === null) return { sessions: [], next: null };
  const found = db.rows(
    `SELECT ${numbers(...COLUMNS)} FROM session WHERE id IN
       (SELECT id FROM session INDEXED BY session_time WHERE ${where.sql}
        ORDER BY last_at DESC, id DESC LIMIT ${limit + 1})
     ORDER BY last_at DESC, id DESC`,
    where.parameters,
  );
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return {
    sessions: rows.flatMap((row) => summaryOf(db, names, row) ?? []),
    next: last === undefined ? null : formatPageCursor(placeOf(last)),
  };
}

function placeOf(row: SqlRow): { readonly at: number; readonly id: number } {
  return { at: Number(row[COLUMNS.indexOf('last_at')]), id: Number(row[0]) };
}

/** Null if no session can match, because a name was never stored. */
function conditionOf(names: NameReader, query: SessionQuery): Condition | null {
  const { application, source, minRequests } = query;
  const { from, to } = timeBounds(query);
  const conditions: Condition[] = [
    { sql: 'last_at >= ? AND first_at < ?', parameters: [from, to] },
  ];
  const after = parsePageCursor(query.cursor ?? null);
  if (after !== null) {
    const { at, id } = after;
    conditions.push({
      sql: 'last_at <= ? AND (last_at < ? OR id < ?)',
      parameters: [at, at, id],
    });
  }
  if (application !== undefined) {
    const id = application === null ? 0 : names.id('application', application);
    if (id === null) return null;
    conditions.push({ sql: 'application = ?', parameters: [id] });
  }
  if (source !== undefined) {
    const id = names.id('session source', source);
    if (id === null) return null;
    conditions.push({ sql: 'source = ?', parameters: [id] });
  }
  if (minRequests !== undefined) {
    conditions.push({ sql: 'requests >= ?', parameters: [minRequests] });
  }
  return both(conditions);
}

/** Null if the name of a session is damaged. */
function summaryOf(db: Db, names: NameReader, row: SqlRow): SessionSummary | null {
  const number = (column: string): number | null => asNumber(row[COLUMNS.indexOf(column)]);
  const count = (column: string): number => number(column) ?? 0;
  const name = (column: string): string | null => names.value(number(column));
  const id = name('id');
  if (id === null) return null;
  const models = db.rows(MODELS_OF, [count('id')]);
  return {
    id,
    source: SESSION_SOURCES.find((source) => source === name('source')) ?? 'body',
    upstream: name('upstream') ?? '',
    application: name('application'),
    key: name('client_key'),
    models: models.flatMap(([model]) => names.value(asNumber(model)) ?? []),
    firstAt: count('first_at'),
    lastAt: count('last_at'),
    requests: count('requests'),
    errors: count('errors'),
    inputTokens: count('input_tokens'),
    cachedInputTokens: count('cached_tokens'),
    outputTokens: count('output_tokens'),
    reasoningTokens: count('reasoning_tokens'),
    estimatedTokens: count('estimated_tokens'),
    durationMs: count('duration_ms'),
    energyJoules: number('energy_joules'),
    firstPromptTokens: number('first_prompt'),
    lastPromptTokens: number('last_prompt'),
    peakPromptTokens: number('peak_prompt'),
  };
}
