/**
 * The exact settings to change, by kind of server. Sources: Ollama's FAQ (OLLAMA_KEEP_ALIVE,
 * OLLAMA_NUM_PARALLEL, OLLAMA_CONTEXT_LENGTH), llama-server's README, llama-swap's configuration
 * (ttl), and LM Studio's documentation of idle TTL and of `lms load`.
 */
type ByKind = Readonly<Record<string, string>>;

const KEEP_LOADED: ByKind = {
  ollama:
    'Keep the model loaded for longer: set OLLAMA_KEEP_ALIVE=1h for the server, or send "keep_alive": "1h" with the request.',
  'llama-swap':
    "Raise ttl of this model in llama-swap's configuration (0 never unloads it), or set globalTTL.",
  lmstudio:
    'Raise the idle TTL: `lms load MODEL --ttl 3600`, or "ttl": 3600 in the request; or turn off auto-evict for models loaded on demand.',
  llamacpp: 'Raise --sleep-idle-seconds of llama-server, or leave it out.',
};

const UNLOAD: ByKind = {
  ollama:
    'Unload it with `ollama stop MODEL`, and set OLLAMA_KEEP_ALIVE=5m so that models are unloaded by themselves.',
  'llama-swap':
    "Set ttl of this model in llama-swap's configuration to the seconds after which it shall be unloaded, such as 600.",
  lmstudio: 'Unload it with `lms unload MODEL`, or load it with `lms load MODEL --ttl 600`.',
  llamacpp: 'Start llama-server with --sleep-idle-seconds 600, or stop it while it is not needed.',
};

const MORE_AT_ONCE: ByKind = {
  ollama: 'Let more requests run at once: set OLLAMA_NUM_PARALLEL=4, if its memory allows.',
  llamacpp: 'Let more requests run at once: start llama-server with --parallel 4.',
  'llama-swap': 'Let more requests run at once: add --parallel 4 to the command of this model.',
  vllm: 'Let more requests run at once: raise --max-num-seqs.',
};

const LARGER_CONTEXT: ByKind = {
  ollama:
    'Give the model a larger context: set OLLAMA_CONTEXT_LENGTH for the server, or send "options": {"num_ctx": N}. With "truncate": false, the server refuses such a prompt instead of cutting it.',
  llamacpp: 'Start llama-server with a larger --ctx-size, or send less of the conversation.',
  'llama-swap': 'Raise --ctx-size in the command of this model, or send less of the conversation.',
  lmstudio: 'Load the model with a larger context: `lms load MODEL --context-length N`.',
  vllm: 'Raise --max-model-len, or send less of the conversation.',
};

const SMALLER_CONTEXT: ByKind = {
  ollama: 'Set OLLAMA_CONTEXT_LENGTH=N for the server, or send "options": {"num_ctx": N}.',
  llamacpp: 'Start llama-server with --ctx-size N.',
  'llama-swap': 'Set --ctx-size N in the command of this model.',
  lmstudio: 'Load the model with `lms load MODEL --context-length N`.',
  vllm: 'Start vLLM with --max-model-len N.',
};

const ADVICE = {
  keepLoaded: [KEEP_LOADED, 'Raise the time after which the server unloads idle models.'],
  unload: [UNLOAD, 'Unload it, or let the server unload idle models.'],
  moreAtOnce: [MORE_AT_ONCE, 'Let the server run more requests at once, if its memory allows.'],
  largerContext: [
    LARGER_CONTEXT,
    'Give the model a larger context, or send less of the conversation.',
  ],
  smallerContext: [SMALLER_CONTEXT, 'Load the model with a context of N tokens.'],
} as const satisfies Readonly<Record<string, readonly [ByKind, string]>>;

/** The setting for a kind of server, with the model's name and a number filled in. */
export function adviceFor(
  what: keyof typeof ADVICE,
  serverKind: string | null,
  { model = null, tokens = null }: { model?: string | null; tokens?: number | null } = {},
): string {
  const [byKind, otherwise]: readonly [ByKind, string] = ADVICE[what];
  const text = (serverKind === null ? undefined : byKind[serverKind]) ?? otherwise;
  const sized = tokens === null ? text : text.replace(/\bN\b/g, String(tokens));
  // A function, because a name may contain `$&`, which a replacement text would expand.
  return model === null ? sized : sized.replace(/\bMODEL\b/g, () => model);
}
