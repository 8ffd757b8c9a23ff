/** What to do about insights. Settings to type are values, because they are the same in all languages. */
export const insightAdvice = {
  advise_context_or_cache:
    'Send less context, or begin each request with the same text, so that the server can keep it cached.',
  advise_stable_prefix:
    'Keep the beginning of the prompt the same from request to request: put the date, file contents and search results after the fixed instructions, not before them.',
  advise_fit_gpu:
    'Make the model fit into GPU memory: a smaller quantisation, a shorter context, or a quantised KV cache ({ollama}; {llama} of llama-server).',
  advise_cooling:
    'Give the GPU more air: clean its fans and filters, or raise its fan curve. A lower power limit keeps it cooler at nearly the same speed.',
  advise_power_supply:
    'The board itself slows the GPU down: check its power cables and the power supply.',
  advise_raise_limit: 'If the limit was lowered, raise it again: {command}.',
  advise_profile: 'Choose the profile "balanced" or "performance" for work with models.',
  advise_charger: 'Connect the charger for work with models.',
  advise_pcie:
    'Check the slot, the riser cable, and the PCIe setting of the firmware. It matters most for models on several GPUs or partly in main memory.',
  advise_close: 'Close {process} while models work, or give it another GPU.',
  advise_memory: 'Close other programs, or choose a smaller model or context.',
  advise_gpu_memory:
    'Choose a smaller model or context. On Windows, set "CUDA - Sysmem Fallback Policy" to "Prefer No Sysmem Fallback" in the NVIDIA control panel, so that this fails instead of slowing down.',
  advise_fewer_ollama:
    'Together they are usually faster than one after the other. If one answer must be fast, set {setting}, so that the others wait.',
  advise_fewer:
    'Together they are usually faster than one after the other. If one answer must be fast, let the server run fewer at once.',
  advise_smaller_quantization:
    'Choose the next smaller quantisation, halve the context, or quantise the KV cache: {flash} with {cache}, or {llama} of llama-server.',
  advise_restart_server:
    'A server may still work for a client that is gone: restart it, or unload its model. If a program asks the server directly, let it use the address of Tokwatt, so that its tokens are counted.',
  advise_set_limit: 'Set the limit with {nvidia} as administrator (NVIDIA), or {amd} (AMD).',
  advise_repeated_prefix:
    'Keep the beginning of the prompt the same from request to request (no time or random id before the conversation), and let one client at a time use a slot: {parallel} and {similarity} of llama-server, {ollama} of Ollama.',
  keep_ollama:
    'Keep the model loaded for longer: set {setting} for the server, or send {option} with the request.',
  keep_llama_swap:
    "Raise ttl of this model in llama-swap's configuration (0 never unloads it), or set globalTTL.",
  keep_lmstudio:
    'Raise the idle TTL: {command}, or {option} in the request; or turn off auto-evict for models loaded on demand.',
  keep_llamacpp: 'Raise {flag} of llama-server, or leave it out.',
  keep_other: 'Raise the time after which the server unloads idle models.',
  unload_ollama:
    'Unload it with {command}, and set {setting} so that models are unloaded by themselves.',
  unload_llama_swap:
    "Set ttl of this model in llama-swap's configuration to the seconds after which it shall be unloaded, such as 600.",
  unload_lmstudio: 'Unload it with {command}, or load it with {load}.',
  unload_llamacpp: 'Start llama-server with {flag}, or stop it while it is not needed.',
  unload_other: 'Unload it, or let the server unload idle models.',
  more_ollama: 'Let more requests run at once: set {setting}, if its memory allows.',
  more_llamacpp: 'Let more requests run at once: start llama-server with {flag}.',
  more_llama_swap: 'Let more requests run at once: add {flag} to the command of this model.',
  more_vllm: 'Let more requests run at once: raise {flag}.',
  more_other: 'Let the server run more requests at once, if its memory allows.',
  larger_ollama:
    'Give the model a larger context: set {setting} for the server, or send {option}. With {refuse}, the server refuses such a prompt instead of cutting it.',
  larger_llamacpp: 'Start llama-server with a larger {flag}, or send less of the conversation.',
  larger_llama_swap: 'Raise {flag} in the command of this model, or send less of the conversation.',
  larger_lmstudio: 'Load the model with a larger context: {command}.',
  larger_vllm: 'Raise {flag}, or send less of the conversation.',
  larger_other: 'Give the model a larger context, or send less of the conversation.',
  smaller_ollama:
    'Set {setting} for the server, or send {option}. Its memory is free for a larger model then.',
  smaller_llamacpp: 'Start llama-server with {flag}. Its memory is free for a larger model then.',
  smaller_llama_swap:
    'Set {flag} in the command of this model. Its memory is free for a larger model then.',
  smaller_lmstudio: 'Load the model with {command}. Its memory is free for a larger model then.',
  smaller_vllm: 'Start vLLM with {flag}. Its memory is free for a larger model then.',
  smaller_other:
    'Load the model with a context of {tokens} tokens. Its memory is free for a larger model then.',
} as const;
