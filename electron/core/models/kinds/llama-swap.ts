import { openAiChat } from '../chat-openai.ts';
import type { ModelServer } from '../model-server.ts';
import { LOAD_MS, pathOf } from '../server-calls.ts';
import { OPENAI_MODELS } from './openai.ts';

const CONFIGURED = 'configured_models';

/** llama-swap. Any request to a model's own server starts that server first. */
export const LLAMA_SWAP: ModelServer = {
  lists: [OPENAI_MODELS],
  chat: openAiChat(),
  load: async (calls, model) => {
    await calls.get(`/upstream/${pathOf(model)}/health`, LOAD_MS);
  },
  loadFor: { cannot: 'time_from_ttl' },
  unload: async (calls, model) => {
    await calls.post(`/api/models/unload/${pathOf(model)}`, undefined);
  },
  remove: { cannot: CONFIGURED },
  copy: { cannot: CONFIGURED },
  pull: { cannot: CONFIGURED },
};
