import { INFO_MODEL, KOBOLDCPP_MODEL, LISTED_MODELS } from './always-loaded.ts';
import { LLAMA_SWAP_MODELS } from './llama-swap.ts';
import { LLAMACPP_MODELS } from './llamacpp.ts';
import { LMSTUDIO_MODELS, LMSTUDIO_OLDER_MODELS } from './lmstudio.ts';
import { OLLAMA_MODELS } from './ollama.ts';
import type { LoadedModelsSource } from './source.ts';

const SOURCES: Readonly<Record<string, readonly LoadedModelsSource[]>> = {
  ollama: [OLLAMA_MODELS],
  'docker-model-runner': [OLLAMA_MODELS],
  llamacpp: [LLAMACPP_MODELS],
  lmstudio: [LMSTUDIO_MODELS, LMSTUDIO_OLDER_MODELS],
  'llama-swap': [LLAMA_SWAP_MODELS],
  vllm: [LISTED_MODELS],
  sglang: [LISTED_MODELS],
  tgi: [INFO_MODEL],
  tei: [INFO_MODEL],
  koboldcpp: [KOBOLDCPP_MODEL],
};

/**
 * The ways to list the loaded models of a kind of server, best first. Empty if the server does not
 * list them (its `/v1/models` has the models that it could load).
 */
export function loadedModelsSources(kind: string | null): readonly LoadedModelsSource[] {
  return kind === null ? [] : (SOURCES[kind] ?? []);
}
