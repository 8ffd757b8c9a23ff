import * as v from 'valibot';
import { problemIn } from '../../../shared/problem-body.ts';
import { STEP_KINDS, INSTALLATIONS, TAKEOVER_STATUSES } from '../../../shared/takeover.ts';
import { fromWire } from '../../../shared/wire.ts';
import type { TakeoverAccess } from './give-back.ts';

/** Commands of a service may take as long as it takes to stop. */
const LIMIT_MS = 180_000;

const steps = v.array(v.object({ kind: v.picklist(STEP_KINDS), commands: v.array(v.string()) }));
const takeover = v.object({
  upstream: v.string(),
  status: v.picklist(TAKEOVER_STATUSES),
  plan: v.nullable(
    v.object({
      ...{ port: v.number(), serverPort: v.number(), canRun: v.boolean() },
      ...{ installation: v.picklist(INSTALLATIONS), steps, undo: steps },
    }),
  ),
});
const listAnswer = v.object({ takeovers: v.array(takeover) });

/** The takeovers of the Tokwatt whose API is at an address. Calls reject if it does not answer or refuses. */
export function runningTakeovers(api: string, token: string): TakeoverAccess {
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${api}/api/takeovers${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const answer: unknown = await response.json();
    if (response.ok) return fromWire(answer);
    throw new Error(problemIn(answer)?.detail ?? `It answered ${response.status}.`);
  };
  return {
    list: async () => v.parse(listAnswer, await ask('')).takeovers,
    end: (name, { run }) => ask('/end', { name, run }),
  };
}
