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

const ON_DEMAND = 'loads_when_asked';
const ASK_AGAIN_MS = 100;
/** Longest wait for an unload, milliseconds. After that it continues on its own. */
const UNLOAD_MS = 3_000;

export const OLLAMA_TAGS: ModelList = {
  path: '/api/tags',
  parse: (body) => objectsOf(objectOf(body)?.models)?.flatMap(tagged) ?? null,
};

const OLLAMA_PULL: PullRequest = {
  path: '/api/pull',
  body: (model, insecure) => ({ model, stream: true, ...(insecure ? { insecure } : {}) }),
};

/** A request without a prompt loads or unloads the model. */
export const OLLAMA: ModelServer = {
  lists: [OLLAMA_TAGS],
  chat: OLLAMA_CHAT,
  load: (calls, model) => load(calls, model),
  loadFor: (calls, model, keepAlive) => load(calls, model, { keep_alive: keepAlive }),
  unload: async (calls, model) => {
    // This works for embedding models too, because Ollama checks `keep_alive` before the
    // capabilities.
    await calls.post('/api/generate', { ...quiet(model), keep_alive: 0 });
    await untilGone(calls, model);
  },
  remove,
  copy: async (calls, source, destination) => {
    await calls.post('/api/copy', { source, destination });
  },
  pull: OLLAMA_PULL,
};

/**
 * Docker Model Runner speaks Ollama's API with differences. A request without a prompt does not
 * load the model but runs it, and only the OpenAI endpoint reports token counts.
 */
export const DOCKER_MODEL_RUNNER: ModelServer = {
  lists: [OLLAMA_TAGS],
  chat: openAiChat('/engines/v1/chat/completions'),
  load: { cannot: ON_DEMAND },
  loadFor: { cannot: ON_DEMAND },
  unload: async (calls, model) => {
    await calls.post('/api/generate', { ...quiet(model), keep_alive: '0s' });
  },
  remove,
  copy: { cannot: 'use_docker_tag' },
  pull: OLLAMA_PULL,
};

function quiet(model: string): JsonObject {
  return { model, stream: false };
}

/** Ollama refuses to "generate" with an embedding model. An embedding of an empty list loads it. */
async function load(calls: ServerCalls, model: string, more: JsonObject = {}): Promise<void> {
  const abilities = await abilitiesOf(calls, model);
  if (abilities !== null && abilities.includes('embedding') && !abilities.includes('completion')) {
    return loadEmbedding(calls, model, more);
  }
  try {
    await calls.post('/api/generate', { ...quiet(model), ...more }, LOAD_MS);
  } catch (error) {
    const isRefused =
      error instanceof TokwattError && error.message.includes('not support generate');
    if (abilities !== null || !isRefused) throw error;
    await loadEmbedding(calls, model, more);
  }
}

async function loadEmbedding(calls: ServerCalls, model: string, more: JsonObject): Promise<void> {
  await calls.post('/api/embed', { model, input: [], ...more }, LOAD_MS);
}

/**
 * The model's capabilities, such as `completion`, `embedding`, `vision`. Null if the server does
 * not report them, like older versions.
 */
async function abilitiesOf(calls: ServerCalls, model: string): Promise<unknown[] | null> {
  const shown = await calls.post('/api/show', { model }).catch(() => null);
  const abilities = objectOf(shown)?.capabilities;
  return Array.isArray(abilities) ? abilities : null;
}

/**
 * Waits until the model is unloaded, because Ollama answers before that. A model that is still
 * generating stays loaded until it has finished.
 */
async function untilGone(calls: ServerCalls, model: string): Promise<void> {
  const deadline = performance.now() + UNLOAD_MS;
  while (performance.now() < deadline && !calls.signal.aborted) {
    // The unload was accepted, so a failure of this request does not matter.
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
