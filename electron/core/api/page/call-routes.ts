import { Hono } from 'hono';
import type { Context } from 'hono';
import * as v from 'valibot';
import { calls } from '../../../../shared/ipc.ts';
import type { CallName, CoreHandlers, ShellCall } from '../../../../shared/ipc.ts';
import { TokwattError } from '../../errors.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';

type HttpName = Exclude<CallName, ShellCall>;

const bodySchema = v.strictObject({ input: v.optional(v.unknown()) });

/**
 * The calls of the page's contract over HTTP, in the contract's own shapes. Reading calls are GET,
 * the others are POST with `{"input": …}`. Calls that only the desktop may make have no route.
 */
export function dashboardCalls(handlers: CoreHandlers): Hono {
  const app = new Hono();
  for (const name of Object.keys(calls) as CallName[]) {
    if (!isOverHttp(name)) continue;
    const summary = `The web page's call ${name}`;
    const isRead = calls[name].reach !== 'change';
    const description = described({
      tag: 'state',
      summary,
      description: 'Only for the page; its shapes may change with every version.',
      ...(isRead ? {} : { body: bodySchema }),
      answer: v.unknown(),
    });
    if (isRead) app.get(`/${name}`, description, (c) => answer(c, handlers, name, undefined));
    else {
      app.post(`/${name}`, description, async (c) => {
        const { input } = await bodyOf(c);
        return answer(c, handlers, name, input);
      });
    }
  }
  const tries = described({
    tag: 'state',
    summary: 'Check a token',
    answer: null,
  });
  // The guard has already rejected requests with a wrong token.
  app.post('/token', tries, (c) => c.body(null, 204));
  return app;
}

function isOverHttp(name: CallName): name is HttpName {
  return calls[name].reach !== 'desktop';
}

async function answer(
  c: Context,
  handlers: CoreHandlers,
  name: HttpName,
  input: unknown,
): Promise<Response> {
  const parsed = v.safeParse(calls[name].input, input);
  if (!parsed.success) {
    const message = `${name}: ${parsed.issues[0].message}`;
    throw new TokwattError('bad_request', message, { status: 400 });
  }
  // The value was produced by this call's own schema, but TypeScript cannot infer that from the
  // name.
  const output: unknown = await Promise.resolve(handlers[name](parsed.output as never));
  return output === undefined ? c.body(null, 204) : c.json(output);
}
