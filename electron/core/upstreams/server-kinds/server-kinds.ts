import { ANTHROPIC, OPENAI } from './dialects.ts';
import {
  KOBOLDCPP,
  LLAMACPP,
  MLX,
  SGLANG,
  TABBYAPI,
  TEI,
  TEXT_GENERATION_WEBUI,
  TGI,
  VLLM,
} from './engines.ts';
import { LITELLM, LLAMA_SWAP } from './gateways.ts';
import { DOCKER_MODEL_RUNNER, JAN, LMSTUDIO, LOCALAI, OLLAMA } from './programs.ts';
import { isLocked } from './reading.ts';
import type { Answer, ServerKind } from './reading.ts';

/**
 * All kinds in the order of the checks. Kinds that imitate others come first (KoboldCpp and Docker
 * Model Runner answer like Ollama), kinds with few features last. Two paths must never be used:
 * SGLang's `/health_generate`, which generates, and llama-swap's `/unload`, which unloads. LiteLLM
 * comes before the kinds that query `/health`, because it calls all its models there.
 */
export const SERVER_KINDS: readonly ServerKind[] = [
  KOBOLDCPP,
  LLAMA_SWAP,
  LLAMACPP,
  DOCKER_MODEL_RUNNER,
  OLLAMA,
  LITELLM,
  LMSTUDIO,
  VLLM,
  SGLANG,
  TABBYAPI,
  TEXT_GENERATION_WEBUI,
  TGI,
  TEI,
  LOCALAI,
  JAN,
  MLX,
  ANTHROPIC,
  OPENAI,
];

/** Whether a server rejects a request because of its key or because it has none. */
export function refusesKey(kind: string | null, reply: Answer, hasKey: boolean): boolean {
  if (isLocked(reply)) return true;
  const refuses = SERVER_KINDS.find((each) => each.kind === kind)?.refuses;
  return refuses?.(reply, hasKey) ?? false;
}
