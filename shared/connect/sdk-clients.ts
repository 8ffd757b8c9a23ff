import { OLLAMA_JS, OLLAMA_PYTHON, OPENAI_JS, OPENAI_PYTHON } from './client-entry.ts';
import type { ClientEntry } from './client-entry.ts';
import type { ClientId } from './client-guide.ts';
import {
  anthropicPython,
  curlSample,
  langchain,
  llamaIndex,
  ollamaJs,
  openaiJs,
  openaiPython,
} from './code-samples.ts';
import { setVariable } from './quoting.ts';

/** Libraries, and what else people write programs with. */
export const SDK_CLIENTS = {
  ollama: {
    name: 'Ollama CLI, Python',
    docs: 'https://docs.ollama.com/faq',
    seenAs: ['Ollama CLI', OLLAMA_PYTHON, 'ollama'],
    parts: ({ isOllama, base, platform }) =>
      isOllama
        ? {
            place: { kind: 'shell' },
            text: setVariable('OLLAMA_HOST', base, platform),
            api: 'ollama',
          }
        : null,
  },
  'ollama-js': {
    name: 'Ollama JavaScript',
    docs: 'https://github.com/ollama/ollama-js',
    seenAs: [OLLAMA_JS],
    parts: ({ isOllama, base, model }) =>
      isOllama ? { place: { kind: 'code' }, text: ollamaJs(base, model), api: 'ollama' } : null,
  },
  curl: {
    name: 'curl',
    docs: null,
    seenAs: ['curl'],
    parts: ({ base, model, platform }) => ({
      place: { kind: 'shell' },
      text: curlSample(base, model, platform),
      api: 'openai',
    }),
  },
  'openai-python': {
    name: 'OpenAI Python',
    docs: 'https://github.com/openai/openai-python',
    seenAs: [OPENAI_PYTHON],
    parts: ({ base, model }) => ({
      place: { kind: 'code' },
      text: openaiPython(base, model),
      api: 'openai',
    }),
  },
  'openai-js': {
    name: 'OpenAI JavaScript',
    docs: 'https://github.com/openai/openai-node',
    seenAs: [OPENAI_JS],
    parts: ({ base, model }) => ({
      place: { kind: 'code' },
      text: openaiJs(base, model),
      api: 'openai',
    }),
  },
  'anthropic-python': {
    name: 'Anthropic SDK',
    docs: 'https://github.com/anthropics/anthropic-sdk-python',
    seenAs: ['Anthropic SDK (Python)', 'Anthropic SDK (JavaScript)'],
    parts: ({ base, model }) => ({
      place: { kind: 'code' },
      text: anthropicPython(base, model),
      api: 'anthropic',
      note: 'messages',
    }),
  },
  langchain: {
    name: 'LangChain',
    docs: 'https://pypi.org/project/langchain-ollama/',
    seenAs: [OLLAMA_PYTHON, OPENAI_PYTHON],
    parts: ({ base, model, isOllama }) => ({
      place: { kind: 'code' },
      text: langchain(base, model, isOllama),
      api: isOllama ? 'ollama' : 'openai',
    }),
  },
  llamaindex: {
    name: 'LlamaIndex',
    docs: 'https://pypi.org/project/llama-index-llms-openai-like/',
    seenAs: [OLLAMA_PYTHON, OPENAI_PYTHON],
    parts: ({ base, model, isOllama }) => ({
      place: { kind: 'code' },
      text: llamaIndex(base, model, isOllama),
      api: isOllama ? 'ollama' : 'openai',
    }),
  },
  other: {
    name: null,
    docs: null,
    seenAs: [],
    parts: ({ base }) => ({ place: { kind: 'address' }, text: `${base}/v1`, api: 'openai' }),
  },
} satisfies Partial<Record<ClientId, ClientEntry>>;
