import { Hono } from 'hono';
import * as v from 'valibot';
import { INSTALLATIONS, STEP_KINDS, TAKEOVER_STATUSES } from '../../../../shared/takeover.ts';
import type { Takeover, TakeoverPlan, TakeoverStep } from '../../../../shared/takeover.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { Takeovers } from '../../takeover/takeovers.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked } from '../problem.ts';
import { flag, integer, shape, text } from '../schemas/state-schemas.ts';
import { maybeSaid } from '../schemas/sentence-schema.ts';

/** The name is that of an upstream. */
const changeSchema = v.strictObject({ name: text, run: v.optional(v.boolean(), false) });
const EXAMPLE = '{"name": "ollama"}';

/** Routes to take over the ports of servers, and to give them back. */
export function takeoverRoutes(takeovers: Takeovers): Hono {
  const app = new Hono();
  app.get('/', DESCRIBED.list, async (c) => c.json({ takeovers: toWire(await takeovers.list()) }));
  app.post('/', DESCRIBED.begin, async (c) => {
    const { name, run } = checked(changeSchema, await bodyOf(c, EXAMPLE));
    return c.json(toWire(await takeovers.begin(name, { run })));
  });
  app.post('/end', DESCRIBED.end, async (c) => {
    const { name, run } = checked(changeSchema, await bodyOf(c, EXAMPLE));
    return c.json(toWire(await takeovers.end(name, { run })));
  });
  return app;
}

const step = shape<TakeoverStep>()({ kind: v.picklist(STEP_KINDS), commands: v.array(text) });
const takeover = shape<Takeover>()({
  upstream: text,
  status: v.picklist(TAKEOVER_STATUSES),
  waitsFor: v.nullable(v.picklist(['server', 'port'])),
  note: v.nullable(text),
  noteSentence: maybeSaid,
  plan: v.nullable(
    shape<TakeoverPlan>()({
      installation: v.picklist(INSTALLATIONS),
      port: integer,
      serverPort: integer,
      steps: v.array(step),
      undo: v.array(step),
      canRun: flag,
    }),
  ),
});

const change = {
  tag: 'state',
  body: changeSchema,
  answer: takeover,
  problems: [404, 409, 413],
} as const;

const DESCRIBED = {
  list: described({
    tag: 'state',
    summary: 'Which ports of servers Tokwatt can take over, awaits and holds',
    description:
      'Each has a plan: the commands that move the server to another port, and the way back.',
    answer: v.strictObject({ takeovers: v.array(takeover) }),
  }),
  begin: described({
    ...change,
    summary: 'Wait for a server to move, and then listen on its old port',
    description:
      'With `run`, Tokwatt runs the commands of the plan itself where it has the right (`can_run`).',
  }),
  end: described({
    ...change,
    summary: 'Stop waiting, or give a port back',
    description:
      'Tokwatt leaves the port at once and asks for the server there again. With `run`, it then moves the server back where it has the right.',
  }),
};
