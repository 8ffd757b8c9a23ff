import type { ModelPurpose } from '../../../../shared/models-view.ts';
import { sentence } from '../../../../shared/sentences.ts';
import { TokwattError } from '../../errors.ts';
import { countOf, objectOf, objectsOf, textOf } from '../../upstreams/json.ts';
import type { JsonObject } from '../../upstreams/json.ts';
import { openAiChat } from '../chat-openai.ts';
import type { ModelList, ModelServer, ServerModel } from '../model-server.ts';
import { serverModel } from '../model-server.ts';
import { LOAD_MS } from '../server-calls.ts';
import type { ServerCalls } from '../server-calls.ts';

const MODELS_PATH = '/api/v1/models';
const IN_THE_APP = 'models_in_lmstudio';

const MODELS: ModelList = {
  path: MODELS_PATH,
  parse: (body) => objectsOf(objectOf(body)?.models)?.flatMap(model) ?? null,
};

/** The model list of older versions. */
const OLDER_MODELS: ModelList = {
  path: '/api/v0/models',
  parse: (body) => objectsOf(objectOf(body)?.data)?.flatMap(olderModel) ?? null,
};

/** LM Studio loads a model by its key and unloads each instance by the instance's name. */
export const LMSTUDIO: ModelServer = {
  lists: [MODELS, OLDER_MODELS],
  chat: openAiChat(),
  load: async (calls, name) => {
    await calls.post(`${MODELS_PATH}/load`, { model: name }, LOAD_MS);
  },
  loadFor: { cannot: 'time_from_settings' },
  unload: async (calls, name) => {
    for (const instance of await instancesOf(calls, name)) {
      await calls.post(`${MODELS_PATH}/unload`, { instance_id: instance });
    }
  },
  remove: { cannot: IN_THE_APP },
  copy: { cannot: IN_THE_APP },
  pull: { cannot: IN_THE_APP },
};

/**
 * Names of the instances with this model key, or the one instance with this name. Empty if not
 * loaded.
 */
async function instancesOf(calls: ServerCalls, name: string): Promise<string[]> {
  const models = objectsOf(objectOf(await calls.get(MODELS_PATH))?.models);
  const all = (models ?? []).flatMap((entry) =>
    loadedInstances(entry).map((id) => ({ id, key: textOf(entry.key) })),
  );
  const known = models?.some((entry) => entry.key === name) ?? false;
  const found = all.filter(({ id, key }) => id === name || key === name);
  if (found.length > 0 || known) return found.map(({ id }) => id);
  throw new TokwattError(
    'not_found',
    sentence('no_model', { upstream: calls.target.name, model: name }),
    {
      status: 404,
    },
  );
}

function loadedInstances(entry: JsonObject): string[] {
  return (objectsOf(entry.loaded_instances) ?? []).flatMap(({ id }) => textOf(id) ?? []);
}

function model(entry: JsonObject): ServerModel[] {
  const name = textOf(entry.key);
  if (name === null) return [];
  return [
    serverModel(name, {
      size: countOf(entry.size_bytes),
      loaded: loadedInstances(entry).length > 0,
      purpose: purposeOf(entry.type),
      contextMaximum: countOf(entry.max_context_length),
      details: {
        format: textOf(entry.format),
        family: textOf(entry.architecture),
        parameterSize: textOf(entry.params_string),
        quantizationLevel: textOf(objectOf(entry.quantization)?.name),
      },
    }),
  ];
}

function olderModel(entry: JsonObject): ServerModel[] {
  const name = textOf(entry.id);
  if (name === null) return [];
  return [
    serverModel(name, {
      loaded: entry.state === 'loaded',
      purpose: purposeOf(entry.type),
      contextMaximum: countOf(entry.max_context_length),
      details: {
        format: textOf(entry.compatibility_type),
        family: textOf(entry.arch),
        quantizationLevel: textOf(entry.quantization),
      },
    }),
  ];
}

/** Current versions have `llm` and `embedding`, older ones also `vlm` and `embeddings`. */
function purposeOf(type: unknown): ModelPurpose | null {
  if (type === 'llm' || type === 'vlm') return 'chat';
  return type === 'embedding' || type === 'embeddings' ? 'embedding' : null;
}
