import type { PlainCode } from '../../../../shared/sentences.ts';
import { countOf, objectOf, objectsOf, textOf } from '../../upstreams/json.ts';
import { openAiChat } from '../chat-openai.ts';
import type { ModelList, ModelServer } from '../model-server.ts';
import { serverModel } from '../model-server.ts';

/**
 * `/v1/models`. Most servers give only names. llama-server adds `meta`, vLLM and SGLang the longest
 * context for which they were started.
 */
export const OPENAI_MODELS: ModelList = {
  path: '/v1/models',
  parse: (body) =>
    objectsOf(objectOf(body)?.data)?.flatMap(({ id, meta: given, max_model_len: limit }) => {
      const name = textOf(id);
      const meta = objectOf(given);
      const contextMaximum = countOf(limit) ?? countOf(meta?.n_ctx_train);
      return name === null ? [] : serverModel(name, { size: countOf(meta?.size), contextMaximum });
    }) ?? null,
};

/**
 * A server on which Tokwatt cannot load, unload or store models.
 *
 * @param why the code of half a sentence about "it"
 */
export function servesOnly(why: PlainCode): ModelServer {
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
