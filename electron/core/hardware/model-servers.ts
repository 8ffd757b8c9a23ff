/**
 * Names of processes that run models, so that their work is not taken for somebody else's. Python
 * runs vLLM, SGLang and others, so it is never taken for other work either.
 */
const SERVERS =
  /ollama|llama|lm[- ]?studio|^lms\b|koboldcpp|vllm|sglang|text-generation|tabby|python|mlx|aphrodite|infinity|localai|^node\b/i;

/** True if a process may be a model server. `name` may be a path. */
export function mayBeModelServer(name: string): boolean {
  const file = name.split(/[\\/]/).at(-1) ?? name;
  return SERVERS.test(file);
}
