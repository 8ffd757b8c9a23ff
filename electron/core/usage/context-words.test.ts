import { describe, expect, it } from 'vitest';
import type { ContextWords } from './context-words.ts';
import { routeRequest } from './registry.ts';

/** As recorded from llama-server b11669; see `fixtures/recorded/llama-server-small-context-01`. */
const LLAMA_SERVER = {
  error: {
    code: 400,
    message:
      'request (321 tokens) exceeds the available context size (256 tokens), try increasing it',
    type: 'exceed_context_size_error',
    n_prompt_tokens: 321,
    n_ctx: 256,
  },
};

interface Answer {
  readonly path?: string;
  readonly status?: number;
  readonly type?: string;
  readonly model?: string;
}

/** What is found in an answer whose body arrives in small pieces. */
function wordsOf(
  body: unknown,
  { path = '/v1/chat/completions', status = 400, type = 'application/json', model }: Answer = {},
): ContextWords | null {
  const route = routeRequest('POST', path);
  const request = route.dialect.request(route, () => undefined);
  request.push(Buffer.from(JSON.stringify({ model, messages: [{}], prompt: 'x' })));
  const answer = route.dialect.response(route, request.facts(), { status, header: () => type });
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  for (let at = 0; at < bytes.length; at += 7) answer.push(bytes.subarray(at, at + 7));
  answer.end(true);
  return answer.result().contextWords;
}

const error = (message: string, more: object = {}): object => ({ error: { message, ...more } });

describe('a server that refuses a prompt for its length', () => {
  it.each<[string, unknown, number | null, number | null, Answer?]>([
    ['llama-server', LLAMA_SERVER, 321, 256],
    ['llama-server, with a model in the request', LLAMA_SERVER, 321, 256, { model: 'tiny' }],
    [
      'llama-server, before 2025-10',
      error(
        'the request exceeds the available context size. try increasing the context size or enable context shift',
        { code: 500, type: 'exceed_context_size_error', n_prompt_tokens: 1407, n_ctx: 256 },
      ),
      1407,
      256,
      { status: 500 },
    ],
    [
      'LM Studio',
      {
        error:
          'Trying to keep the first 111490 tokens when context the overflows. However, the model is loaded with context length of only 32768 tokens, which is not enough.',
      },
      111_490,
      32_768,
    ],
    [
      'LM Studio, newer',
      {
        error:
          'The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096).',
      },
      13_055,
      4_096,
    ],
    [
      'vLLM',
      error(
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens in the messages.",
      ),
      5_000,
      4_096,
    ],
    ['OpenAI', error('Too long.', { code: 'context_length_exceeded' }), null, null],
    [
      'Ollama',
      { error: 'input length exceeds maximum context length' },
      null,
      null,
      { path: '/api/embed' },
    ],
    [
      'LM Studio inside a stream',
      `event: error\ndata: ${JSON.stringify(error('n_keep: 900 >= n_ctx: 512'))}\n\n`,
      900,
      512,
      { status: 200, type: 'text/event-stream' },
    ],
  ])('%s', (_server, body, promptTokens, contextTokens, answer) => {
    expect(wordsOf(body, answer)).toEqual({ kind: 'exceeded', promptTokens, contextTokens });
  });

  it.each<[string, unknown, Answer?]>([
    ['another error', error('max_tokens must be at least 1')],
    ['an unknown model', error("model 'ghost' not found"), { status: 404, model: 'ghost' }],
    ['a rate limit', error('You exceeded your quota.', { code: 'rate_limit' }), { status: 429 }],
    [
      'an answer that speaks about it',
      {
        choices: [
          {
            message: { content: 'The request exceeds the available context size.' },
            finish_reason: 'stop',
          },
        ],
      },
      { status: 200 },
    ],
  ])('is not taken from %s', (_case, body, answer) => {
    expect(wordsOf(body, answer)).toBeNull();
  });
});

describe("llama-server's own `truncated`", () => {
  const last = {
    content: '',
    stop: true,
    stop_type: 'limit',
    tokens_evaluated: 9,
    truncated: true,
  };
  const native = { path: '/completion', status: 200 };

  it('is kept, in one piece and in a stream', () => {
    expect(wordsOf(last, native)).toMatchObject({ kind: 'truncated' });
    const stream = `data: {"content":"a","stop":false}\n\ndata: ${JSON.stringify(last)}\n\n`;
    expect(wordsOf(stream, { ...native, type: 'text/event-stream' })?.kind).toBe('truncated');
  });

  it('is nothing if it is false', () => {
    expect(wordsOf({ ...last, truncated: false }, native)).toBeNull();
  });
});
