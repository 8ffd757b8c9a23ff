import { setTimeout as sleep } from 'node:timers/promises';
import { sentence } from '../../../../shared/sentences.ts';
import { TokwattError } from '../../errors.ts';
import { objectOf, objectsOf, textOf } from '../../upstreams/json.ts';
import type { JsonObject } from '../../upstreams/json.ts';
import { openAiChat } from '../chat-openai.ts';
import { cannot } from '../model-server.ts';
import type { ModelServer } from '../model-server.ts';
import { LOAD_MS } from '../server-calls.ts';
import type { ServerCalls } from '../server-calls.ts';
import { OPENAI_MODELS } from './openai.ts';

const ASK_AGAIN_MS = 200;
const OWN_FILES = 'own_model_files';

/**
 * llama-server. With one model there is nothing to load. As a router it answers at once and changes
 * the model's status later, so its list is polled until the status has changed.
 */
export const LLAMACPP: ModelServer = {
  lists: [OPENAI_MODELS],
  chat: openAiChat(),
  load: (calls, model) => settle(calls, model, 'load', ['loaded', 'sleeping']),
  loadFor: { cannot: 'time_from_flag' },
  unload: (calls, model) => settle(calls, model, 'unload', ['unloaded']),
  remove: { cannot: OWN_FILES },
  copy: { cannot: OWN_FILES },
  pull: { cannot: OWN_FILES },
};

async function settle(
  calls: ServerCalls,
  model: string,
  verb: 'load' | 'unload',
  wanted: readonly string[],
): Promise<void> {
  const before = await statusOf(calls, model, verb);
  if (wanted.includes(before.value)) return;
  // A load already in progress is only waited for.
  const underWay = verb === 'load' && before.value === 'loading';
  if (!underWay) await calls.post(`/models/${verb}`, { model });
  const deadline = performance.now() + LOAD_MS;
  for (;;) {
    const { value, failed } = await statusOf(calls, model, verb);
    if (wanted.includes(value)) return;
    if (failed && verb === 'load') {
      const message = sentence('load_failed', { upstream: calls.target.name, model });
      throw new TokwattError('upstream_failed', message, { status: 502 });
    }
    if (performance.now() > deadline) {
      const message = sentence('load_slow', { upstream: calls.target.name, verb, model });
      throw new TokwattError('upstream_unreachable', message, { status: 504 });
    }
    await sleep(ASK_AGAIN_MS);
  }
}

/**
 * Throws `cannot` (501) if the server is not a router, `not_found` (404) if it has no such model.
 */
async function statusOf(
  calls: ServerCalls,
  model: string,
  verb: string,
): Promise<{ readonly value: string; readonly failed: boolean }> {
  const models = objectsOf(objectOf(await calls.get('/v1/models'))?.data) ?? [];
  const entry = models.find(({ id }) => id === model);
  const status = objectOf(entry?.status);
  if (status === null && models.length > 0 && !models.some(isRouted)) {
    const why = 'one_model_router';
    throw cannot(calls.target, verb === 'load' ? 'action_load' : 'action_unload', why);
  }
  if (status === null) {
    throw new TokwattError(
      'not_found',
      sentence('no_model', { upstream: calls.target.name, model }),
      {
        status: 404,
      },
    );
  }
  return { value: textOf(status.value) ?? '', failed: status.failed === true };
}

function isRouted(entry: JsonObject): boolean {
  return objectOf(entry.status) !== null;
}
