import { Hono } from 'hono';
import * as v from 'valibot';
import { CLIENT_DIMENSIONS } from '../../../../shared/clients.ts';
import type { ClientLook, ClientModel, ClientRow, Clients } from '../../../../shared/clients.ts';
import { toWire } from '../../../../shared/wire.ts';
import { lookSchema } from '../../clients/client-looks.ts';
import type { ClientLooks } from '../../clients/client-looks.ts';
import { clientReport } from '../../clients/client-report.ts';
import type { ClientSources } from '../../clients/client-report.ts';
import { TokwattError } from '../../errors.ts';
import { BACKWARD, isForward } from '../../records/ledger/ranges.ts';
import type { AuthPolicy } from '../auth-policy.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';
import { budgetState } from '../schemas/cost-schemas.ts';
import { amount, count, moment, number, shape, text } from '../schemas/state-schemas.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 400;
const DEFAULT_DAYS = 30;

const dimension = v.picklist(CLIENT_DIMENSIONS, `must be one of: ${CLIENT_DIMENSIONS.join(', ')}`);
const querySchema = v.pipe(
  v.strictObject({
    by: v.optional(dimension, 'application'),
    from: v.optional(v.pipe(moment, v.minValue(0), v.description('30 days before by default'))),
    to: v.optional(v.pipe(moment, v.minValue(0), v.description('Now by default'))),
    name: v.optional(
      v.pipe(v.string(), v.minLength(1), v.maxLength(512), v.description('Only this client')),
    ),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);
const paramsSchema = v.strictObject({
  by: dimension,
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
});

const look = {
  label: v.pipe(v.nullable(text), v.description('Given by the user; null without the token')),
  colour: v.pipe(v.nullable(text), v.description('Given by the user; null without the token')),
};
const lookAnswer = shape<ClientLook>()(look);
const client = shape<ClientRow>()({
  name: v.nullable(text),
  ...look,
  budgets: v.array(budgetState),
  firstDay: v.nullable(text),
  lastSeenAt: v.nullable(moment),
  requests: count,
  errors: count,
  inputTokens: amount,
  cachedInputTokens: amount,
  outputTokens: amount,
  unmeteredRequests: count,
  tokenShare: v.nullable(amount),
  energyJoules: v.nullable(amount),
  cost: v.array(v.strictObject({ currency: text, cost: number })),
  models: v.array(
    shape<ClientModel>()({
      model: v.nullable(text),
      requests: count,
      errors: count,
      inputTokens: amount,
      cachedInputTokens: amount,
      outputTokens: amount,
      unmeteredRequests: count,
      energyJoules: v.nullable(amount),
    }),
  ),
  otherModels: count,
});
const clientsAnswer = shape<Clients>()({
  by: dimension,
  from: moment,
  to: moment,
  clients: v.array(client),
  omittedClients: count,
});

export interface ClientRoutesOptions extends Omit<ClientSources, 'looks'> {
  readonly looks: ClientLooks;
  readonly auth: Pick<AuthPolicy, 'hasToken'>;
}

/** Routes for the programs and keys that asked models for something. */
export function clientRoutes({ looks, auth, ...sources }: ClientRoutesOptions): Hono {
  const app = new Hono();
  app.get('/', DESCRIBED.list, async (c) => {
    const given = checked(querySchema, queryOf(c, { numbers: ['from', 'to'] }));
    const { by, name, to = Date.now(), from = to - DEFAULT_DAYS * DAY_MS } = given;
    if (from > to || to - from > MAX_DAYS * DAY_MS) {
      const message = `from: must be before to, and at most ${MAX_DAYS} days before it.`;
      throw new TokwattError('bad_request', message, { status: 400 });
    }
    const hidden = { of: () => ({ label: null, colour: null }) };
    const shown = auth.hasToken(c) ? looks : hidden;
    return c.json(toWire(await clientReport({ ...sources, looks: shown }, { by, from, to, name })));
  });
  app.put('/:by/:name{.+}', DESCRIBED.put, async (c) => {
    const { by, name } = checked(paramsSchema, c.req.param());
    looks.set(by, name, checked(lookSchema, await bodyOf(c)));
    return c.json(toWire(looks.of(by, name)));
  });
  app.delete('/:by/:name{.+}', DESCRIBED.remove, (c) => {
    const { by, name } = checked(paramsSchema, c.req.param());
    looks.set(by, name, { label: null, colour: null });
    return c.body(null, 204);
  });
  return app;
}

const DESCRIBED = {
  list: described({
    tag: 'clients',
    summary: 'What each application or key asked for',
    description:
      'By whole local days, at most 400. Labels and colours only for a reader with the token.',
    query: querySchema,
    answer: clientsAnswer,
    problems: [503],
  }),
  put: described({
    tag: 'clients',
    summary: 'Give a client a name and a colour to show',
    params: paramsSchema,
    body: lookSchema,
    answer: lookAnswer,
    problems: [409, 413, 500],
  }),
  remove: described({
    tag: 'clients',
    summary: "Return to a client's own name and colour",
    params: paramsSchema,
    answer: null,
    status: 204,
    problems: [500],
  }),
};
