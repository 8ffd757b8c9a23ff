import { expect, it } from 'vitest';
import { clientGuides, isSeenAs } from '../../../shared/connect/client-guides.ts';
import type { ClientId } from '../../../shared/connect/client-guide.ts';
import { attribute } from './attribution.ts';

const guides = clientGuides({
  proxyUrl: 'http://127.0.0.1:11435',
  kind: 'ollama',
  platform: 'linux',
  model: 'm',
});

it.each<[ClientId, string]>([
  ['ollama', 'ollama/0.33.0 (amd64 linux) Go/go1.25.1'],
  ['ollama', 'ollama-python/0.6.0 (x86_64 linux) Python/3.12.3'],
  ['ollama-js', 'ollama-js/0.6.3 (x64 linux Node.js/v24.1.0)'],
  ['curl', 'curl/8.9.1'],
  ['openai-python', 'OpenAI/Python 2.3.0'],
  ['openai-js', 'OpenAI/JS 6.1.0'],
  ['anthropic-python', 'Anthropic/Python 0.70.0'],
  ['claude-code', 'claude-cli/2.1.0 (external, cli)'],
  ['codex', 'codex_cli_rs/0.162.1 (Ubuntu 24.4.0; x86_64)'],
  ['zed', 'Zed/0.210.0 (linux; x86_64)'],
  ['langchain', 'OpenAI/Python 2.3.0'],
  ['aider', 'litellm/1.80.0'],
])('the meter names %s as its guide expects it', (id, agent) => {
  const header = (name: string): string | undefined => (name === 'user-agent' ? agent : undefined);
  const { application } = attribute(header, null, 'salt');
  const guide = guides.find((each) => each.id === id)!;
  expect([application, isSeenAs(guide, { application, process: null })]).toEqual([
    application,
    true,
  ]);
});
