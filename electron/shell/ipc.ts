import { ipcMain } from 'electron';
import type { WebContents } from 'electron';
import * as v from 'valibot';
import { calls, channel } from '../../shared/ipc.ts';
import type { CallName, EventName, EventPayload, Handlers, RefusedCall } from '../../shared/ipc.ts';
import { TokwattError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { distrust } from './sender.ts';
import type { Trust } from './sender.ts';

/**
 * Answers every call of the contract with its handler. A message from an unknown sender or with an
 * invalid argument is answered with an error and never reaches the handler.
 */
export function bindCalls(handlers: Handlers, trust: Trust, log: Log): void {
  for (const name of Object.keys(calls) as CallName[]) bind(name, handlers, trust, log);
}

function bind(name: CallName, handlers: Handlers, trust: Trust, log: Log): void {
  const { input: schema } = calls[name];
  ipcMain.handle(channel(name), (event, input: unknown) => {
    const reason = distrust(event, trust);
    if (reason !== null) {
      log.warn({ call: name, reason }, 'refused a call from an unknown sender');
      throw new Error(`${name} was refused: ${reason}`);
    }
    const parsed = v.safeParse(schema, input);
    if (!parsed.success) throw new Error(`${name}: ${parsed.issues[0].message}`);
    // This call's own schema produced the value; TypeScript cannot follow that through the name.
    return answered(() => handlers[name](parsed.output as never));
  });
}

async function answered(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TokwattError) || error.said === null) throw error;
    return { refused: error.message, sentence: error.said } satisfies RefusedCall;
  }
}

/** Sends an event of the contract to one page. */
export function sendEvent<K extends EventName>(
  contents: WebContents,
  name: K,
  payload: EventPayload<K>,
): void {
  if (!contents.isDestroyed()) contents.send(channel(name), payload);
}
