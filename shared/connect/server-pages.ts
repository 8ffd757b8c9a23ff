/** The servers that Tokwatt recognizes and that a person can install, with the page of each. */
export const SERVER_PAGES: readonly { readonly name: string; readonly url: string }[] = [
  { name: 'Ollama', url: 'https://ollama.com/download' },
  { name: 'LM Studio', url: 'https://lmstudio.ai' },
  { name: 'llama.cpp', url: 'https://github.com/ggml-org/llama.cpp' },
  { name: 'Jan', url: 'https://jan.ai' },
  { name: 'llama-swap', url: 'https://github.com/mostlygeek/llama-swap' },
  { name: 'KoboldCpp', url: 'https://github.com/LostRuins/koboldcpp' },
  { name: 'vLLM', url: 'https://docs.vllm.ai' },
  { name: 'SGLang', url: 'https://docs.sglang.ai' },
  { name: 'LiteLLM', url: 'https://docs.litellm.ai' },
  { name: 'LocalAI', url: 'https://localai.io' },
  { name: 'TabbyAPI', url: 'https://github.com/theroyallab/tabbyAPI' },
  { name: 'text-generation-webui', url: 'https://github.com/oobabooga/text-generation-webui' },
  { name: 'MLX LM', url: 'https://github.com/ml-explore/mlx-lm' },
  { name: 'Docker Model Runner', url: 'https://docs.docker.com/ai/model-runner/' },
];
