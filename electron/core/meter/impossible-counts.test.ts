import { describe, expect, it } from 'vitest';
import { replay } from '../../../tests/support/replayed-exchange.ts';
import type { TimedPiece } from '../../../tests/support/replayed-exchange.ts';
import type { SeenRecord } from './record.ts';

const TEXT = 'the longest one is far away from here';
const ASK = { model: 'plain', messages: [{ role: 'user', content: 'name ten rivers' }] };
const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const typed = (value: { readonly type: string }): string =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
const line = (value: object): string => `${JSON.stringify(value)}\n`;

function pieces(count: number, make: (n: number) => string): TimedPiece[] {
  return Array.from({ length: count }, (_, n) => [5, make(n)] as const);
}

/** A dialect that can tell counts in a stream or in one piece. */
interface Dialect {
  readonly name: string;
  readonly streamed: (words: number, input: number, output: number) => SeenRecord;
  readonly whole: (text: string, input: number, output: number) => SeenRecord;
}

const chunk = (content: string): string =>
  event({ model: 'plain', choices: [{ index: 0, delta: { content } }] });
const json = (path: string, request: object, body: object): SeenRecord =>
  replay({ path, request, type: 'application/json', pieces: [[50, JSON.stringify(body)]] });

const DIALECTS: readonly Dialect[] = [
  {
    name: 'OpenAI',
    streamed: (words, input, output) =>
      replay({
        path: '/v1/chat/completions',
        request: { ...ASK, stream: true },
        pieces: [
          ...pieces(words, (n) => chunk(` w${n}`)),
          [0, event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })],
          [0, event({ choices: [], usage: { prompt_tokens: input, completion_tokens: output } })],
          [0, 'data: [DONE]\n\n'],
        ],
      }),
    whole: (content, input, output) =>
      json('/v1/chat/completions', ASK, {
        choices: [{ index: 0, message: { content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: input, completion_tokens: output },
      }),
  },
  {
    name: 'Ollama',
    streamed: (words, input, output) => {
      const say = (content: string, more: object = { done: false }): string =>
        line({ model: 'plain', message: { content }, ...more });
      const counts = { prompt_eval_count: input, eval_count: output };
      return replay({
        path: '/api/chat',
        request: ASK,
        type: 'application/x-ndjson',
        pieces: [
          ...pieces(words, (n) => say(` w${n}`)),
          [0, say('', { done: true, done_reason: 'stop', ...counts })],
        ],
      });
    },
    whole: (content, input, output) =>
      json(
        '/api/chat',
        { ...ASK, stream: false },
        {
          message: { content },
          done: true,
          prompt_eval_count: input,
          eval_count: output,
        },
      ),
  },
  {
    name: 'Anthropic',
    streamed: (words, input, output) => {
      const usage = { input_tokens: input, output_tokens: 1 };
      const delta = (n: number): string =>
        typed({
          type: 'content_block_delta',
          delta: { type: 'text_delta', text: ` w${n}` },
        } as never);
      return replay({
        path: '/v1/messages',
        request: { ...ASK, stream: true },
        pieces: [
          [0, typed({ type: 'message_start', message: { usage } } as never)],
          ...pieces(words, delta),
          [
            0,
            typed({
              type: 'message_delta',
              delta: { stop_reason: 'end_turn' },
              usage: { output_tokens: output },
            } as never),
          ],
          [0, typed({ type: 'message_stop' })],
        ],
      });
    },
    whole: (text, input, output) =>
      json('/v1/messages', ASK, {
        content: [{ type: 'text', text }],
        stop_reason: 'end_turn',
        usage: { input_tokens: input, output_tokens: output },
      }),
  },
  {
    name: 'Responses',
    streamed: (words, input, output) =>
      replay({
        path: '/v1/responses',
        request: { model: 'plain', input: 'name ten rivers', stream: true },
        pieces: [
          ...pieces(words, (n) =>
            typed({ type: 'response.output_text.delta', delta: ` w${n}` } as never),
          ),
          [
            0,
            typed({
              type: 'response.completed',
              response: {
                status: 'completed',
                usage: { input_tokens: input, output_tokens: output },
              },
            } as never),
          ],
        ],
      }),
    whole: (text, input, output) =>
      json(
        '/v1/responses',
        { model: 'plain', input: 'name ten rivers' },
        {
          status: 'completed',
          output: [{ type: 'message', content: [{ type: 'output_text', text }] }],
          usage: { input_tokens: input, output_tokens: output },
        },
      ),
  },
  {
    name: 'llama.cpp',
    streamed: (words, input, output) =>
      replay({
        path: '/completion',
        request: { prompt: 'name ten rivers', stream: true },
        pieces: [
          ...pieces(words, (n) => event({ content: ` w${n}`, stop: false })),
          [
            0,
            event({ content: '', stop: true, tokens_evaluated: input, tokens_predicted: output }),
          ],
        ],
      }),
    whole: (content, input, output) =>
      json(
        '/completion',
        { prompt: 'name ten rivers' },
        {
          content,
          stop: true,
          tokens_evaluated: input,
          tokens_predicted: output,
        },
      ),
  },
  {
    name: 'LM Studio',
    streamed: (words, input, output) =>
      replay({
        path: '/api/v1/chat',
        request: { model: 'plain', input: 'name ten rivers', stream: true },
        pieces: [
          ...pieces(words, (n) => typed({ type: 'message.delta', content: ` w${n}` } as never)),
          [
            0,
            typed({
              type: 'chat.end',
              result: { stats: { input_tokens: input, total_output_tokens: output } },
            } as never),
          ],
        ],
      }),
    whole: (content, input, output) =>
      json(
        '/api/v1/chat',
        { model: 'plain', input: 'name ten rivers' },
        {
          output: [{ type: 'message', content }],
          stats: { input_tokens: input, total_output_tokens: output },
        },
      ),
  },
  {
    name: 'SGLang',
    streamed: (words, input, output) =>
      replay({
        path: '/generate',
        request: { text: 'name ten rivers', stream: true },
        pieces: [
          ...pieces(words, (n) => event({ text: ' w12'.repeat(n + 1), meta_info: {} })),
          [
            0,
            event({
              text: '',
              meta_info: {
                prompt_tokens: input,
                completion_tokens: output,
                finish_reason: { type: 'stop' },
              },
            }),
          ],
          [0, 'data: [DONE]\n\n'],
        ],
      }),
    whole: (text, input, output) =>
      json(
        '/generate',
        { text: 'name ten rivers' },
        {
          text,
          meta_info: { prompt_tokens: input, completion_tokens: output },
        },
      ),
  },
];

describe.each(DIALECTS)('counts of $name that cannot be', ({ streamed, whole }) => {
  it('are zeros beside an answer: they are estimated, and the row says why', () => {
    const row = whole(TEXT, 0, 0);
    expect(row).toMatchObject({ completed: true, error: null });
    expect(row.usage).toMatchObject({
      outputTokens: 10,
      provenance: { input: 'estimated', output: 'estimated' },
    });
    expect(row.usage.inputTokens).toBe(Math.floor(row.bytesIn / 4));
    const stream = streamed(25, 11, 0);
    expect(stream.usage).toMatchObject({
      inputTokens: 11,
      outputTokens: 25,
      provenance: { input: 'reported', output: 'estimated' },
    });
    // Anthropic's streams begin with a count of 1.
    expect(stream.refusals).toEqual([
      expect.stringMatching(/^server said (?:0 tokens|1 token), 25 chunks seen$/),
    ]);
  });

  it('are a count that stands still at 1', () => {
    const stream = streamed(214, 11, 1);
    expect(stream.usage).toMatchObject({ outputTokens: 214, provenance: { output: 'estimated' } });
    expect(stream.refusals).toEqual(['server said 1 token, 214 chunks seen']);
    const row = whole(TEXT, 11, 1);
    expect(row.usage).toMatchObject({ outputTokens: 10, provenance: { output: 'estimated' } });
    expect(row.refusals).toEqual(['server said 1 token, 37 characters seen']);
  });

  it('are not those of an answer that holds nothing, or one word', () => {
    expect(whole('', 11, 0).usage).toMatchObject({
      outputTokens: 0,
      provenance: { output: 'reported' },
    });
    const word = whole('unconstitutionally', 11, 1);
    expect(word.usage).toMatchObject({ outputTokens: 1, provenance: { output: 'reported' } });
    expect([...whole('', 11, 0).refusals, ...word.refusals]).toEqual([]);
  });

  it('are not those of pieces that are smaller than tokens', () => {
    const row = streamed(60, 11, 50);
    expect(row.usage).toMatchObject({ outputTokens: 50, provenance: { output: 'reported' } });
    expect(row.refusals).toEqual([]);
  });
});

describe('a prompt', () => {
  const of = (content: string, input: number): SeenRecord =>
    json(
      '/v1/chat/completions',
      { messages: [{ role: 'user', content }] },
      {
        choices: [{ index: 0, message: { content: 'ok' } }],
        usage: { prompt_tokens: input, completion_tokens: 1 },
      },
    );

  it('of one token can be short, but not long', () => {
    expect(of('Hi', 1).usage).toMatchObject({ inputTokens: 1, provenance: { input: 'reported' } });
    const long = of('name ten rivers '.repeat(100), 1);
    expect(long.usage).toMatchObject({ inputTokens: 410, provenance: { input: 'estimated' } });
    expect(long.refusals).toEqual(['server said 1 token of prompt, the request has 2 KiB']);
  });

  it('that was cut to the context is believed', () => {
    const cut = of('name ten rivers '.repeat(10_000), 2_048);
    expect(cut.usage).toMatchObject({ inputTokens: 2_048, provenance: { input: 'reported' } });
  });

  it('of an embedding that was not counted is estimated', () => {
    const row = json(
      '/v1/embeddings',
      { model: 'm', input: 'a text' },
      {
        data: [{ embedding: [0.5] }],
        usage: { prompt_tokens: 0, total_tokens: 0 },
      },
    );
    expect(row.usage).toMatchObject({
      inputTokens: Math.floor(row.bytesIn / 4),
      outputTokens: 0,
      provenance: { input: 'estimated', output: 'derived' },
    });
  });

  it('of sound may have no tokens', () => {
    const row = json(
      '/v1/audio/transcriptions',
      { model: 'm' },
      {
        text: 'the longest one',
        usage: { type: 'tokens', input_tokens: 0, output_tokens: 4 },
      },
    );
    expect(row.usage).toMatchObject({ inputTokens: 0, outputTokens: 4 });
    expect(row.refusals).toEqual([]);
  });
});

describe('a count that no server can generate', () => {
  const openAi = DIALECTS[0]!;

  it('is refused: an overflow, or too many for the time', () => {
    const overflow = openAi.streamed(12, 4_294_967_295, 4_294_967_295);
    expect(overflow.usage).toMatchObject({
      inputTokens: Math.floor(overflow.bytesIn / 4),
      outputTokens: 12,
      provenance: { input: 'estimated', output: 'estimated' },
    });
    expect(overflow.refusals).toEqual([
      'server said 4.29G tokens, more than any answer has',
      'server said 4.29G tokens of prompt, more than any model reads',
    ]);
    const fast = openAi.streamed(12, 11, 20_000);
    expect(fast.usage).toMatchObject({ outputTokens: 12, provenance: { output: 'estimated' } });
    expect(fast.refusals).toEqual(['server said 20.0k tokens, the exchange took 60 ms']);
    expect(fast.rates.provenance.output).toBe('estimated');
  });

  it('is not that of a long answer from a cache, or of many tokens in a long time', () => {
    const cached = openAi.whole(' word'.repeat(20_000), 11, 20_000);
    expect(cached.usage).toMatchObject({
      outputTokens: 20_000,
      provenance: { output: 'reported' },
    });
    const hidden = openAi.whole(TEXT, 11, 10_000);
    expect(hidden.usage).toMatchObject({
      outputTokens: 10_000,
      provenance: { output: 'reported' },
    });
    const long = openAi.streamed(200, 11, 90_000);
    expect(long.usage).toMatchObject({ outputTokens: 90_000, provenance: { output: 'reported' } });
    expect([...cached.refusals, ...hidden.refusals, ...long.refusals]).toEqual([]);
  });
});

describe('a part that is larger than its whole', () => {
  it('is not known', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 20,
      total_tokens: 30,
      prompt_tokens_details: { cached_tokens: 64 },
      completion_tokens_details: { reasoning_tokens: 280 },
    };
    const row = json('/v1/chat/completions', ASK, {
      choices: [{ index: 0, message: { content: TEXT } }],
      usage,
    });
    expect(row.usage).toMatchObject({
      inputTokens: 10,
      cachedInputTokens: null,
      outputTokens: 20,
      reasoningTokens: null,
      provenance: { input: 'reported', cachedInput: null, output: 'reported', reasoning: null },
    });
    expect(row.refusals).toEqual([
      'server said 64 cached of 10 tokens',
      'server said 280 of reasoning of 20 tokens',
    ]);
  });
});
