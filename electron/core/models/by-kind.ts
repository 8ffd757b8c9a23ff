import { LLAMA_SWAP } from './kinds/llama-swap.ts';
import { LLAMACPP } from './kinds/llamacpp.ts';
import { LMSTUDIO } from './kinds/lmstudio.ts';
import { DOCKER_MODEL_RUNNER, OLLAMA } from './kinds/ollama.ts';
import { INFO, servesOnly } from './kinds/openai.ts';
import type { ModelServer } from './model-server.ts';

const ONE_MODEL = 'one_model';
const EMBEDDINGS = 'embeds_only';
const ON_DEMAND = 'loads_on_demand';
const CLOUD = 'manages_itself';

const SERVERS: Readonly<Record<string, ModelServer>> = {
  ollama: OLLAMA,
  'docker-model-runner': DOCKER_MODEL_RUNNER,
  llamacpp: LLAMACPP,
  'llama-swap': LLAMA_SWAP,
  lmstudio: LMSTUDIO,
  vllm: servesOnly(ONE_MODEL),
  sglang: servesOnly(ONE_MODEL),
  tgi: { ...servesOnly(ONE_MODEL), lists: [INFO] },
  tei: { ...servesOnly(ONE_MODEL), lists: [INFO], chat: { cannot: EMBEDDINGS } },
  koboldcpp: servesOnly(ONE_MODEL),
  litellm: servesOnly('passes_on'),
  tabbyapi: servesOnly('admin_key'),
  localai: servesOnly(ON_DEMAND),
  mlx: servesOnly(ON_DEMAND),
  anthropic: servesOnly(CLOUD),
  openai: servesOnly(CLOUD),
};

/** The limited support for a server that Tokwatt does not know. */
const UNKNOWN = servesOnly('unknown_server');

/** The model management that a server kind supports. */
export function modelServer(kind: string | null): ModelServer {
  return kind === null ? UNKNOWN : (SERVERS[kind] ?? UNKNOWN);
}
