import { objectOf, objectsOf, textOf } from '../../upstreams/json.ts';
import { openAiChat } from '../chat-openai.ts';
import type { ModelList, ModelServer } from '../model-server.ts';
import { serverModel } from '../model-server.ts';

/** `/v1/models`: names, and with most servers nothing else. */
export const OPENAI_MODELS: ModelList = {
  path: '/v1/models',
  parse: (body) =>
    objectsOf(objectOf(body)?.data)?.flatMap(({ id }) => {
      const name = textOf(id);
      return name === null ? [] : serverModel(name);
    }) ?? null,
};

/**
 * A server whose models are none of ours to load or store.
 *
 * @param why half a sentence that begins with "it"
 */
export function servesOnly(why: string): ModelServer {
  return {
    lists: [OPENAI_MODELS],
    chat: openAiChat(),
    load: { cannot: why },
    unload: { cannot: why },
    remove: { cannot: why },
    pull: { cannot: why },
  };
}

/** TGI, TEI: one model, described by `/info`. */
export const INFO: ModelList = {
  path: '/info',
  parse: (body) => {
    const name = textOf(objectOf(body)?.model_id);
    return name === null ? null : [serverModel(name)];
  },
};
