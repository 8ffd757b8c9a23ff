import { describe, expect, it } from 'vitest';
import { NO_SAMPLING } from '../../../shared/sampling.ts';
import type { Sampling } from '../../../shared/sampling.ts';
import type { RequestFacts } from './extractor.ts';
import { routeRequest } from './registry.ts';
import { cleanId, sessionInHeaders } from './session-id.ts';

const CHAT = '/v1/chat/completions';
const RESPONSES = '/v1/responses';
const MESSAGES = '/v1/messages';
const OLLAMA = '/api/chat';

interface Way {
  readonly size?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Reads a body in pieces of one size. */
function read(
  path: string,
  body: object | string,
  { size = 65_536, headers = {} }: Way = {},
): RequestFacts {
  const route = routeRequest('POST', path);
  const reader = route.dialect.request(route, (name) =>
    name === 'content-type' ? 'application/json' : headers[name],
  );
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return reader.facts();
}

const conversation = (path: string, body: object | string, way?: Way): readonly string[] =>
  read(path, body, way).session.conversation;

const UUID = '54c1eb09-bc4c-4d2f-98eb-6d2ab2d5e2fe';

describe('the id of a session in the body', () => {
  it.each<[string, string, object, string | null]>([
    ['OpenRouter', CHAT, { session_id: 'a' }, 'a'],
    ['LiteLLM', CHAT, { litellm_session_id: 'a' }, 'a'],
    ['metadata', CHAT, { metadata: { session_id: 'a', user_id: 'b' } }, 'a'],
    ['metadata of Langfuse', CHAT, { metadata: { langfuse_session_id: 'a' } }, 'a'],
    ['a conversation', RESPONSES, { conversation: { id: 'conv_1' } }, 'conv_1'],
    ["a conversation's id", RESPONSES, { conversation: 'conv_1' }, 'conv_1'],
    ['the key of a prompt cache', RESPONSES, { prompt_cache_key: UUID }, UUID],
    ['an id before the key', CHAT, { prompt_cache_key: 'app', session_id: 7 }, '7'],
    ['Codex', RESPONSES, { client_metadata: { session_id: 'a' } }, 'a'],
    [
      'Claude Code',
      MESSAGES,
      { metadata: { user_id: `user_${'0'.repeat(64)}_account_${UUID}_session_${UUID}` } },
      UUID,
    ],
    [
      'Claude Code with JSON',
      MESSAGES,
      {
        metadata: {
          user_id: JSON.stringify({
            device_id: '0'.repeat(64),
            account_uuid: UUID,
            session_id: 'a',
          }),
        },
      },
      'a',
    ],
    ['only a user', CHAT, { user: 'me', metadata: { user_id: 'me' } }, null],
    ['only a user in JSON', CHAT, { metadata: { user_id: '{"device":1}' } }, null],
    ['an empty id', CHAT, { session_id: ' ', metadata: { session_id: '' } }, null],
  ])('%s', (_, path, body, expected) => {
    for (const size of [7, 65_536]) {
      expect(read(path, body, { size }).session.id).toBe(expected);
    }
  });

  it('tells which response a request continues', () => {
    const { session } = read(RESPONSES, { previous_response_id: 'resp_1', input: 'And then?' });
    expect(session).toMatchObject({ id: null, previousResponse: 'resp_1' });
  });
});

describe('the id of a session in the headers', () => {
  it('prefers the general name to that of a program', () => {
    const given: Record<string, string> = {
      'x-claude-code-session-id': UUID,
      'x-litellm-trace-id': 't',
    };
    expect(sessionInHeaders((name) => given[name])).toBe(UUID);
    given['x-session-id'] = 'mine';
    expect(sessionInHeaders((name) => given[name])).toBe('mine');
    expect(sessionInHeaders(() => undefined)).toBeNull();
  });

  it('keeps at most 128 printable characters', () => {
    expect(cleanId(' a\u0000b\u202e\ud800c\n ')).toBe('abc');
    expect(cleanId('x'.repeat(500))).toHaveLength(128);
    expect(cleanId(`${'x'.repeat(127)}😀`)).toBe('x'.repeat(127));
    expect([cleanId('\u0007'), cleanId({}), cleanId(null)]).toEqual([null, null, null]);
  });
});

describe('the fingerprints of a conversation', () => {
  const system = { role: 'system', content: 'Be brief. 🙂\n"Now".' };
  const first = { role: 'user', content: 'Hello, é' };
  const answer = { role: 'assistant', content: 'Hi' };
  const second = { role: 'user', content: 'How?' };

  it.each([CHAT, OLLAMA])('of %s begin with those of every earlier request', (path) => {
    const early = conversation(path, { model: 'a', messages: [system, first] });
    const late = conversation(path, { messages: [system, first, answer, second], model: 'b' });
    expect(early).toHaveLength(1);
    expect(late.slice(0, 1)).toEqual(early);
    expect(new Set(late).size).toBe(late.length);
  });

  it('do not depend on how the body is cut, nor on its size', () => {
    const filler = { tools: [{ text: 'x'.repeat(10_000) }] };
    const messages = [system, first, { role: 'assistant', content: 'y'.repeat(9_000) }];
    const small = conversation(CHAT, { messages: messages.slice(0, 2) });
    const whole = conversation(CHAT, { ...filler, messages });
    expect(whole.slice(0, 1)).toEqual(small);
    for (const size of [1, 13, 4_096]) {
      expect(conversation(CHAT, { ...filler, messages }, { size })).toEqual(whole);
    }
  });

  it('differ with the system prompt, wherever it stands, and with the first message', () => {
    const all = [
      conversation(CHAT, { messages: [system, first] }),
      conversation(CHAT, { messages: [first] }),
      conversation(CHAT, { messages: [system, second] }),
      conversation(MESSAGES, { system: 'a', messages: [first] }),
      conversation(MESSAGES, { messages: [first], system: [{ type: 'text', text: 'b' }] }),
    ].map((prints) => prints.at(-1));
    expect(new Set(all).size).toBe(all.length);
    expect(conversation(MESSAGES, { messages: [first], system: 'a' })).toEqual(
      conversation(MESSAGES, { system: 'a', messages: [first] }),
    );
  });

  it('are the same for a text and for one part, whatever marks the cache', () => {
    const part = { type: 'text', text: first.content, cache_control: { type: 'ephemeral' } };
    expect(conversation(MESSAGES, { messages: [{ role: 'user', content: [part] }] })).toEqual(
      conversation(MESSAGES, { messages: [first] }),
    );
  });

  it('need a text of the user, a whole body, and no id in the headers', () => {
    const body = { messages: [system, first] };
    expect(conversation(CHAT, { messages: [system] })).toEqual([]);
    expect(conversation(CHAT, JSON.stringify(body).slice(0, -1))).toEqual([]);
    expect(conversation(CHAT, body, { headers: { 'x-session-id': 'a' } })).toEqual([]);
    expect(conversation('/v1/embeddings', { input: 'Hello' })).toEqual([]);
  });

  it('cover the input of a response', () => {
    const input = [{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }];
    const more = [...input, { type: 'message', role: 'assistant', content: [{ text: 'Hi' }] }];
    const early = conversation(RESPONSES, { instructions: 'a', input });
    expect(early).toHaveLength(1);
    expect(conversation(RESPONSES, { instructions: 'a', input: more })[0]).toBe(early[0]);
    expect(conversation(RESPONSES, { input: 'Hello' })).toHaveLength(1);
  });

  it('stay few for a very long conversation', () => {
    const messages = Array.from({ length: 5_000 }, (_, n) => ({ role: 'user', content: `${n}` }));
    const prints = conversation(CHAT, { messages });
    expect(prints.length).toBeLessThanOrEqual(2_048);
    const later = conversation(CHAT, { messages: [...messages, answer] });
    expect(later.at(-1)).toBe(prints.at(-1));
  });
});

describe('sampling parameters', () => {
  it.each<[string, string, object, Partial<Sampling>]>([
    [
      'OpenAI',
      CHAT,
      {
        ...{ temperature: 0, top_p: 0.9, max_completion_tokens: 100, max_tokens: 5, seed: 7 },
        ...{
          presence_penalty: 0.5,
          frequency_penalty: -1,
          stop: ['a', 'b'],
          reasoning_effort: 'low',
        },
        response_format: { type: 'json_schema', json_schema: { name: 'text' } },
        tools: [{ type: 'function' }, { type: 'function' }],
      },
      {
        ...{ temperature: 0, topP: 0.9, maxTokens: 100, seed: 7, presencePenalty: 0.5 },
        ...{ frequencyPenalty: -1, stopCount: 2, reasoningEffort: 'low' },
        ...{ responseFormat: 'json_schema', toolCount: 2 },
      },
    ],
    [
      'the Responses API',
      RESPONSES,
      { max_output_tokens: 9, reasoning: { effort: 'high' }, text: { format: { type: 'text' } } },
      { maxTokens: 9, reasoningEffort: 'high', responseFormat: 'text' },
    ],
    [
      'Anthropic',
      MESSAGES,
      {
        ...{ max_tokens: 64, top_k: 5, stop_sequences: ['x'], tools: [{ name: 'a' }] },
        ...{
          thinking: { type: 'enabled', budget_tokens: 1_024 },
          output_config: { effort: 'max' },
        },
      },
      {
        ...{ maxTokens: 64, topK: 5, stopCount: 1, toolCount: 1, reasoningTokens: 1_024 },
        reasoningEffort: 'max',
      },
    ],
    [
      'Ollama',
      OLLAMA,
      {
        options: { temperature: 0.7, num_ctx: 8_192, num_predict: -1, min_p: 0.05, stop: ['a'] },
        ...{ format: 'json', think: 'medium' },
      },
      {
        ...{ temperature: 0.7, contextLength: 8_192, maxTokens: -1, minP: 0.05, stopCount: 1 },
        ...{ responseFormat: 'json_object', reasoningEffort: 'medium' },
      },
    ],
    [
      'llama.cpp',
      '/completion',
      { n_predict: 8, repeat_penalty: 1.1, typical_p: 0.95, grammar: 'root ::= "a"' },
      { maxTokens: 8, repeatPenalty: 1.1, typicalP: 0.95, responseFormat: 'grammar' },
    ],
    [
      'Text Generation Inference',
      '/generate',
      { parameters: { max_new_tokens: 3 } },
      { maxTokens: 3 },
    ],
    [
      'SGLang',
      '/generate',
      { sampling_params: { top_k: 3, stop: 'a' } },
      { topK: 3, stopCount: 1 },
    ],
    [
      'LM Studio',
      '/api/v1/chat',
      { context_length: 4_096, reasoning: 'on', repeat_penalty: 1 },
      { contextLength: 4_096, reasoningEffort: 'on', repeatPenalty: 1 },
    ],
  ])('of %s', (_, path, body, expected) => {
    for (const size of [11, 65_536]) {
      expect(read(path, body, { size }).sampling).toEqual({ ...NO_SAMPLING, ...expected });
    }
  });

  it('are null without any, and never hold texts or wrong types', () => {
    expect(read(CHAT, { model: 'm', messages: [], tools: [], stop: null }).sampling).toBeNull();
    const odd = {
      temperature: '0.5',
      top_p: null,
      seed: [1],
      reasoning_effort: 'please think hard',
    };
    expect(read(CHAT, odd).sampling).toBeNull();
    expect(read(CHAT, '{"temperature":1e999}').sampling).toBeNull();
  });
});
