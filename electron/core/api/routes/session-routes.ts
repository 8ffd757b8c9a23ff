import { Hono } from 'hono';
import * as v from 'valibot';
import { SESSION_SOURCES } from '../../../../shared/sessions.ts';
import type { SessionSummary } from '../../../../shared/sessions.ts';
import { toWire } from '../../../../shared/wire.ts';
import { BACKWARD, isForward } from '../../records/ledger/ranges.ts';
import { sessionQuerySchema } from '../../records/ledger/session-query.ts';
import type { Recorder } from '../../records/recorder.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';
import { integer, moment, number, shape, text } from '../schemas/state-schemas.ts';

const NUMBERS = ['from', 'to', 'limit', 'min_requests'];

const querySchema = v.pipe(
  v.strictObject(sessionQuerySchema.entries),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);

const known = v.nullable(number);
const session = shape<SessionSummary>()({
  id: text,
  source: v.picklist(SESSION_SOURCES),
  upstream: text,
  application: v.nullable(text),
  key: v.nullable(text),
  models: v.array(text),
  firstAt: moment,
  lastAt: moment,
  requests: integer,
  errors: integer,
  inputTokens: number,
  cachedInputTokens: number,
  outputTokens: number,
  reasoningTokens: number,
  estimatedTokens: number,
  durationMs: number,
  energyJoules: known,
  firstPromptTokens: known,
  lastPromptTokens: known,
  peakPromptTokens: known,
});

/** Routes for sessions. The exchanges of one are `/api/activity?session=ID`. */
export function sessionRoutes({ ledger }: Pick<Recorder, 'ledger'>): Hono {
  const app = new Hono();
  app.get('/', DESCRIBED.page, async (c) => {
    const query = checked(querySchema, queryOf(c, { numbers: NUMBERS, booleans: [] }));
    // Requests that have just finished count too.
    if (ledger.state.status === 'ok') await ledger.flush();
    const { sessions, next } = await ledger.sessions(query);
    return c.json({ sessions: toWire(sessions), next_cursor: next });
  });
  return app;
}

const DESCRIBED = {
  page: described({
    tag: 'activity',
    summary: 'Sessions that overlap a time range, those that ended last first',
    description:
      'Figures are of all stored requests of a session, also of those outside the range. The requests of one are `/api/activity?session=ID`.',
    query: querySchema,
    answer: v.strictObject({ sessions: v.array(session), nextCursor: v.nullable(text) }),
    problems: [503],
  }),
};
