/**
 * The exact settings to change, by kind of server. Sources: Ollama's FAQ (OLLAMA_KEEP_ALIVE,
 * OLLAMA_NUM_PARALLEL, OLLAMA_CONTEXT_LENGTH), llama-server's README, llama-swap's configuration
 * (ttl), and LM Studio's documentation of idle TTL and of `lms load`.
 */
import { sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import { advised } from './said.ts';
import type { Advice } from './said.ts';

/** The model's name and a number of tokens, or what stands for them. */
interface Filled {
  readonly model: string;
  readonly tokens: string;
}
type ByKind = Readonly<Record<string, (filled: Filled) => Sentence>>;

const KEEP_LOADED: ByKind = {
  ollama: () =>
    sentence('keep_ollama', { setting: 'OLLAMA_KEEP_ALIVE=1h', option: '"keep_alive": "1h"' }),
  'llama-swap': () => sentence('keep_llama_swap'),
  lmstudio: ({ model }) =>
    sentence('keep_lmstudio', {
      command: `\`lms load ${model} --ttl 3600\``,
      option: '"ttl": 3600',
    }),
  llamacpp: () => sentence('keep_llamacpp', { flag: '--sleep-idle-seconds' }),
  other: () => sentence('keep_other'),
};

const UNLOAD: ByKind = {
  ollama: ({ model }) =>
    sentence('unload_ollama', {
      command: `\`ollama stop ${model}\``,
      setting: 'OLLAMA_KEEP_ALIVE=5m',
    }),
  'llama-swap': () => sentence('unload_llama_swap'),
  lmstudio: ({ model }) =>
    sentence('unload_lmstudio', {
      command: `\`lms unload ${model}\``,
      load: `\`lms load ${model} --ttl 600\``,
    }),
  llamacpp: () => sentence('unload_llamacpp', { flag: '--sleep-idle-seconds 600' }),
  other: () => sentence('unload_other'),
};

const MORE_AT_ONCE: ByKind = {
  ollama: () => sentence('more_ollama', { setting: 'OLLAMA_NUM_PARALLEL=4' }),
  llamacpp: () => sentence('more_llamacpp', { flag: '--parallel 4' }),
  'llama-swap': () => sentence('more_llama_swap', { flag: '--parallel 4' }),
  vllm: () => sentence('more_vllm', { flag: '--max-num-seqs' }),
  other: () => sentence('more_other'),
};

const LARGER_CONTEXT: ByKind = {
  ollama: ({ tokens }) =>
    sentence('larger_ollama', {
      setting: 'OLLAMA_CONTEXT_LENGTH',
      option: `"options": {"num_ctx": ${tokens}}`,
      refuse: '"truncate": false',
    }),
  llamacpp: () => sentence('larger_llamacpp', { flag: '--ctx-size' }),
  'llama-swap': () => sentence('larger_llama_swap', { flag: '--ctx-size' }),
  lmstudio: ({ model, tokens }) =>
    sentence('larger_lmstudio', { command: `\`lms load ${model} --context-length ${tokens}\`` }),
  vllm: () => sentence('larger_vllm', { flag: '--max-model-len' }),
  other: () => sentence('larger_other'),
};

const SMALLER_CONTEXT: ByKind = {
  ollama: ({ tokens }) =>
    sentence('smaller_ollama', {
      setting: `OLLAMA_CONTEXT_LENGTH=${tokens}`,
      option: `"options": {"num_ctx": ${tokens}}`,
    }),
  llamacpp: ({ tokens }) => sentence('smaller_llamacpp', { flag: `--ctx-size ${tokens}` }),
  'llama-swap': ({ tokens }) => sentence('smaller_llama_swap', { flag: `--ctx-size ${tokens}` }),
  lmstudio: ({ model, tokens }) =>
    sentence('smaller_lmstudio', { command: `\`lms load ${model} --context-length ${tokens}\`` }),
  vllm: ({ tokens }) => sentence('smaller_vllm', { flag: `--max-model-len ${tokens}` }),
  other: ({ tokens }) => sentence('smaller_other', { tokens }),
};

const ADVICE = {
  keepLoaded: KEEP_LOADED,
  unload: UNLOAD,
  moreAtOnce: MORE_AT_ONCE,
  largerContext: LARGER_CONTEXT,
  smallerContext: SMALLER_CONTEXT,
} as const;

/** The setting for a kind of server, with the model's name and a number filled in. */
export function adviceFor(
  what: keyof typeof ADVICE,
  serverKind: string | null,
  { model = null, tokens = null }: { model?: string | null; tokens?: number | null } = {},
): Advice {
  const byKind: ByKind = ADVICE[what];
  const isKnown = serverKind !== null && Object.hasOwn(byKind, serverKind);
  const said = byKind[isKnown ? serverKind : 'other'];
  const filled = { model: model ?? 'MODEL', tokens: String(tokens ?? 'N') };
  return said === undefined ? { advice: null, adviceSentence: null } : advised(said(filled));
}
