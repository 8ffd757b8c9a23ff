import { objectOf, objectsOf, textOf } from '../../upstreams/json.ts';
import { openAiChat } from '../chat-openai.ts';
import type { ModelList, ModelServer } from '../model-server.ts';
import { serverModel } from '../model-server.ts';

/** `/v1/models`. Most servers give only names. */
export const OPENAI_MODELS: ModelList = {
  path: '/v1/models',
  parse: (body) =>
    objectsOf(objectOf(body)?.data)?.flatMap(({ id }) => {
      const name = textOf(id);
      return name === null ? [] : serverModel(name);
    }) ?? null,
};

/**
 * A server on which Tokwatt cannot load, unload or store models.
 *
 * @param why half a sentence that begins with "it"
 */
export function servesOnly(why: string): ModelServer {
  return {
    lists: [OPENAI_MODELS],
    chat: openAiChat(),
    load: { cannot: why },
    loadFor: { cannot: why },
    unload: { cannot: why },
    remove: { cannot: why },
    copy: { cannot: why },
    pull: { cannot: why },
  };
}

/** TGI and TEI have one model, described by `/info`. */
export const INFO: ModelList = {
  path: '/info',
  parse: (body) => {
    const name = textOf(objectOf(body)?.model_id);
    return name === null ? null : [serverModel(name)];
  },
};
