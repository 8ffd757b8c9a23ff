import { setTimeout as sleep } from 'node:timers/promises';
import { TokwattError } from '../../errors.ts';
import { OLLAMA_MODELS } from '../../upstreams/loaded-models/ollama.ts';
import { countOf, objectOf, objectsOf, textOf } from '../../upstreams/json.ts';
import type { JsonObject } from '../../upstreams/json.ts';
import { OLLAMA_CHAT } from '../chat-ollama.ts';
import { openAiChat } from '../chat-openai.ts';
import type { ModelList, ModelServer, PullRequest, ServerModel } from '../model-server.ts';
import { serverModel } from '../model-server.ts';
import { sameModel } from '../same-model.ts';
import { LOAD_MS } from '../server-calls.ts';
import type { ServerCalls } from '../server-calls.ts';

const ASK_AGAIN_MS = 100;
/** An unload that takes longer is left to itself. */
const UNLOAD_MS = 3_000;

export const OLLAMA_TAGS: ModelList = {
  path: '/api/tags',
  parse: (body) => objectsOf(objectOf(body)?.models)?.flatMap(tagged) ?? null,
};

const OLLAMA_PULL: PullRequest = {
  path: '/api/pull',
  body: (model, insecure) => ({ model, stream: true, ...(insecure ? { insecure } : {}) }),
};

/** A model is loaded and unloaded by asking it nothing. */
export const OLLAMA: ModelServer = {
  lists: [OLLAMA_TAGS],
  chat: OLLAMA_CHAT,
  load,
  unload: async (calls, model) => {
    // This works for embedding models too: Ollama looks at `keep_alive` before it looks at abilities.
    await calls.post('/api/generate', { ...quiet(model), keep_alive: 0 });
    await untilGone(calls, model);
  },
  remove,
  pull: OLLAMA_PULL,
};

/**
 * It speaks Ollama's API, with differences: a question of nothing is answered in earnest, and the
 * tokens are told on the OpenAI side only.
 */
export const DOCKER_MODEL_RUNNER: ModelServer = {
  lists: [OLLAMA_TAGS],
  chat: openAiChat('/engines/v1/chat/completions'),
  load: { cannot: 'it loads a model when it is first asked for something' },
  unload: async (calls, model) => {
    await calls.post('/api/generate', { ...quiet(model), keep_alive: '0s' });
  },
  remove,
  pull: OLLAMA_PULL,
};

function quiet(model: string): JsonObject {
  return { model, stream: false };
}

/** Ollama refuses to "generate" with an embedding model; embedding nothing loads it. */
async function load(calls: ServerCalls, model: string): Promise<void> {
  const abilities = await abilitiesOf(calls, model);
  if (abilities !== null && abilities.includes('embedding') && !abilities.includes('completion')) {
    return loadEmbedding(calls, model);
  }
  try {
    await calls.post('/api/generate', quiet(model), LOAD_MS);
  } catch (error) {
    const isRefused =
      error instanceof TokwattError && error.message.includes('not support generate');
    if (abilities !== null || !isRefused) throw error;
    await loadEmbedding(calls, model);
  }
}

async function loadEmbedding(calls: ServerCalls, model: string): Promise<void> {
  await calls.post('/api/embed', { model, input: [] }, LOAD_MS);
}

/** Such as `completion`, `embedding`, `vision`; null where the server does not tell, as older versions do not. */
async function abilitiesOf(calls: ServerCalls, model: string): Promise<unknown[] | null> {
  const shown = await calls.post('/api/show', { model }).catch(() => null);
  const abilities = objectOf(shown)?.capabilities;
  return Array.isArray(abilities) ? abilities : null;
}

/** Ollama answers before the model is gone. One that still answers somebody stays until it has. */
async function untilGone(calls: ServerCalls, model: string): Promise<void> {
  const deadline = performance.now() + UNLOAD_MS;
  while (performance.now() < deadline && !calls.signal.aborted) {
    // The unload itself was accepted, so a failure here changes nothing.
    const listed = await calls.get('/api/ps').catch(() => undefined);
    const models = OLLAMA_MODELS.parse([listed], Date.now()) ?? [];
    if (!models.some(({ name }) => sameModel(name, model))) return;
    await sleep(ASK_AGAIN_MS);
  }
}

async function remove(calls: ServerCalls, model: string): Promise<void> {
  await calls.delete('/api/delete', { model });
}

function tagged(entry: JsonObject): ServerModel[] {
  const name = textOf(entry.name) ?? textOf(entry.model);
  if (name === null) return [];
  const details = objectOf(entry.details);
  return [
    serverModel(name, {
      size: countOf(entry.size),
      digest: textOf(entry.digest),
      modifiedAt: textOf(entry.modified_at),
      details: {
        format: textOf(details?.format),
        family: textOf(details?.family),
        parameterSize: textOf(details?.parameter_size),
        quantizationLevel: textOf(details?.quantization_level),
      },
    }),
  ];
}
