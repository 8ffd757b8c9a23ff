/** Sentences of insights. The core makes its English answers from them. `{name}` only, no branches. */
export const insightSentences = {
  cold_load: 'Waited {time} while the model was loaded.',
  queue: "Waited {time} in the server's queue.",
  long_prompt: 'Read {tokens} tokens of prompt in {time} before the first token.',
  cpu_spill: '{share} of the model ({memory}) is in main memory, which cost about {time}.',
  thermal_heat:
    '{gpu} slowed itself down at {temperature} for {share} of the time, and this took {time} longer than usual.',
  thermal:
    '{gpu} slowed itself down for {share} of the time, and this took {time} longer than usual.',
  power_limit: '{gpu} ran at its power limit, and this took {time} longer than usual.',
  power_profile:
    'The machine ran in the power profile "{profile}", and this took {time} longer than usual.',
  on_battery: 'The machine ran on its battery, and this took {time} longer than usual.',
  pcie_link:
    '{gpu} used PCIe {link} instead of {possible} under load, and this took {time} longer than usual.',
  other_gpu_work: '{process} used {share} of {gpu}, and this took {time} longer than usual.',
  memory_full:
    'Main memory was {share} full with {swap} swapped out, and this took {time} longer than usual.',
  gpu_memory_full:
    '{gpu} had its memory {share} full and waited for main memory, and this took {time} longer than usual.',
  several_at_once:
    'Shared the server with {others} other requests on average, which took {time} longer than alone.',
  context_near_limit: 'The context was {share} full, and this took {time} longer than usual.',
  slower_answer:
    'The answer was {factor} slower than usual for this model, {time} in all, and no cause was seen.',
  slower_prompt:
    'Reading the prompt was {factor} slower than usual for this model, {time} in all, and no cause was seen.',
  exceeded: 'The prompt did not fit into the context, and the server refused it.',
  exceeded_prompt:
    'The prompt of {prompt} tokens did not fit into the context, and the server refused it.',
  exceeded_limit:
    'The prompt did not fit into the context of {limit} tokens, and the server refused it.',
  exceeded_both:
    'The prompt of {prompt} tokens did not fit into the context of {limit} tokens, and the server refused it.',
  cut: 'The server cut the conversation to fit into the context.',
  cut_limit: 'The server cut the conversation to fit into the context of {limit} tokens.',
  cut_silently:
    'The beginning of the prompt was cut off without a word: the server read {read} tokens of about {prompt} tokens.',
  one_cut: 'A prompt for {model} lost a part in the last hour, because it exceeds the context.',
  many_cut:
    '{count} prompts for {model} lost a part in the last hour, because they exceed the context.',
  one_refused: 'A prompt for {model} was refused in the last hour, because it exceeds the context.',
  many_refused:
    '{count} prompts for {model} were refused in the last hour, because they exceed the context.',
  phantom_watts: '{model} has been loaded without use for {time} and costs {power} all the time.',
  phantom_memory: '{model} has been loaded without use for {time} and holds {memory} of memory.',
  repeated_loads:
    '{model} was loaded {count} times in the last hour after pauses of about {pause}, and requests waited {time} for it.',
  small_spill:
    '{model} misses GPU memory by {memory}: {share} of it is in main memory and slows down each token.',
  busy_power: '{gpu} drew {power} for {time} while no request was in flight.',
  busy_share: '{gpu} was {share} busy for {time} while no request was in flight.',
  lower_limit:
    'At a limit of {lower} instead of {limit}, {gpu} kept {speed} of its speed and drew {saved} less.',
  repeated_prefix:
    '{client} let {model} read {tokens} tokens again in {count} requests of growing conversations.',
  repeated_prefix_took:
    '{client} let {model} read {tokens} tokens again in {count} requests of growing conversations, which took {time}.',
  oversized_context:
    '{model} has a context of {limit} tokens, and its last {count} exchanges used at most {most} tokens.',
  no_better_limit:
    '{gpu} has no better power limit among those seen: at {limits}, it lost speed for the power it saved, against {limit}.',
  some_model: 'A model',
  of_some_model: 'a model',
  some_client: 'A client',
  passed_truncated: 'no truncated prompts',
  passed_loads: 'no repeated loads',
  passed_prefix: 'no prompt read twice',
  passed_spill: 'no spill',
  passed_phantom: 'no forgotten model',
  passed_busy: 'no GPU at work without requests',
  passed_limit: 'no better power limit known',
  passed_context: 'no oversized context',
  needs_truncated: 'No request has finished yet.',
  needs_loads: 'No request finished in the last hour.',
  needs_prefix: 'No answer of the last two hours says how much of its prompt came from the cache.',
  needs_spill:
    'No server says how much of a loaded model is in GPU memory, or the model was loaded just now.',
  needs_phantom: 'No server lists a loaded model.',
  needs_busy: 'This needs a loaded model on this machine and a GPU that reports its utilisation.',
  needs_limit: 'Answers were seen at one power limit only, or not enough of them.',
  needs_context: 'No loaded model with a known context has had 50 exchanges yet.',
  check_failed: 'The check failed inside Tokwatt; its log says why.',
} as const;
