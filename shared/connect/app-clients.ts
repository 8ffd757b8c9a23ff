import { OLLAMA_JS, OPENAI_JS, OPENAI_PYTHON } from './client-entry.ts';
import type { ClientEntry } from './client-entry.ts';
import type { ClientId } from './client-guide.ts';
import { codexToml, continueYaml, liteLlmYaml, zedJson } from './config-samples.ts';
import { setVariable, word } from './quoting.ts';

/** Finished programs. Each is told in its own words where the address belongs. */
export const APP_CLIENTS = {
  'claude-code': {
    name: 'Claude Code',
    docs: 'https://code.claude.com/docs/en/env-vars',
    seenAs: ['Claude Code', 'claude'],
    parts: ({ base, model, platform }) => ({
      place: { kind: 'shell' },
      text: [
        setVariable('ANTHROPIC_BASE_URL', base, platform),
        setVariable('ANTHROPIC_AUTH_TOKEN', 'unused', platform),
        setVariable('ANTHROPIC_DEFAULT_HAIKU_MODEL', model, platform),
        `claude --model ${word(model, platform)}`,
      ].join('\n'),
      api: 'anthropic',
      note: 'messages',
    }),
  },
  codex: {
    name: 'Codex',
    docs: 'https://github.com/openai/codex/blob/main/docs/config.md',
    seenAs: ['Codex CLI', 'codex'],
    parts: ({ base, model }) => ({
      place: { kind: 'file', path: '~/.codex/config.toml' },
      text: codexToml(base, model),
      api: 'responses',
      note: 'responses',
    }),
  },
  'open-webui': {
    name: 'Open WebUI',
    docs: 'https://docs.openwebui.com',
    seenAs: ['Open WebUI', 'open-webui'],
    parts: ({ base, isOllama }) => ({
      place: {
        kind: 'field',
        path: `Admin Panel › Settings › Connections › ${isOllama ? 'Ollama' : 'OpenAI'} API`,
      },
      text: isOllama ? base : `${base}/v1`,
      api: isOllama ? 'ollama' : 'openai',
      note: 'container',
    }),
  },
  continue: {
    name: 'Continue',
    docs: 'https://docs.continue.dev/reference',
    seenAs: ['Continue'],
    parts: ({ base, model, isOllama }) => ({
      place: { kind: 'file', path: '~/.continue/config.yaml' },
      text: continueYaml(base, model, isOllama),
      api: isOllama ? 'ollama' : 'openai',
    }),
  },
  cline: {
    name: 'Cline',
    docs: 'https://docs.cline.bot/provider-config/openai-compatible',
    seenAs: ['Cline', OLLAMA_JS, OPENAI_JS],
    parts: ({ base, isOllama }) => ({
      place: {
        kind: 'field',
        path: isOllama
          ? 'API Provider: Ollama › Use custom base URL'
          : 'API Provider: OpenAI Compatible › Base URL',
      },
      text: isOllama ? base : `${base}/v1`,
      api: isOllama ? 'ollama' : 'openai',
    }),
  },
  zed: {
    name: 'Zed',
    docs: 'https://zed.dev/docs/ai/use-a-local-model',
    seenAs: ['Zed', 'zed', 'zed-editor'],
    parts: ({ base, model, isOllama }) => ({
      place: { kind: 'file', path: 'settings.json' },
      text: zedJson(base, model, isOllama),
      api: isOllama ? 'ollama' : 'openai',
    }),
  },
  n8n: {
    name: 'n8n',
    docs: 'https://docs.n8n.io/integrations/builtin/credentials/ollama/',
    seenAs: ['n8n', OLLAMA_JS, OPENAI_JS],
    parts: ({ base, isOllama }) => ({
      place: { kind: 'field', path: `Credentials › ${isOllama ? 'Ollama' : 'OpenAI'} › Base URL` },
      text: isOllama ? base : `${base}/v1`,
      api: isOllama ? 'ollama' : 'openai',
      note: 'container',
    }),
  },
  aider: {
    name: 'Aider',
    docs: 'https://aider.chat/docs/llms/ollama.html',
    seenAs: ['aider', 'litellm', OPENAI_PYTHON],
    parts: ({ base, model, isOllama, platform }) => ({
      place: { kind: 'shell' },
      text: (isOllama
        ? [
            setVariable('OLLAMA_API_BASE', base, platform),
            `aider --model ${word(`ollama_chat/${model}`, platform)}`,
          ]
        : [
            setVariable('OPENAI_API_BASE', `${base}/v1`, platform),
            setVariable('OPENAI_API_KEY', 'unused', platform),
            `aider --model ${word(`openai/${model}`, platform)}`,
          ]
      ).join('\n'),
      api: isOllama ? 'ollama' : 'openai',
    }),
  },
  cursor: {
    name: 'Cursor',
    docs: null,
    seenAs: ['Cursor'],
    parts: ({ base }) => ({
      place: { kind: 'field', path: 'Settings › Models › Override OpenAI Base URL' },
      text: `${base}/v1`,
      api: 'openai',
      note: 'remote',
    }),
  },
  litellm: {
    name: 'LiteLLM',
    docs: 'https://docs.litellm.ai/docs/providers/openai_compatible',
    seenAs: ['litellm', OPENAI_PYTHON],
    parts: ({ base, model }) => ({
      place: { kind: 'file', path: 'config.yaml' },
      text: liteLlmYaml(base, model),
      api: 'openai',
    }),
  },
} satisfies Partial<Record<ClientId, ClientEntry>>;
