import { describe, expect, it } from 'vitest';
import { replay } from '../../../tests/support/replayed-exchange.ts';
import type { Replay, TimedPiece } from '../../../tests/support/replayed-exchange.ts';

const ASK = { model: 'plain', stream: true, messages: [{ role: 'user', content: 'name rivers' }] };
const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const typed = (type: string, more: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const line = (value: object): string => `${JSON.stringify(value)}\n`;

/** `count` pieces, 5 ms apart. */
function pieces(count: number, make: (n: number) => string): TimedPiece[] {
  return Array.from({ length: count }, (_, n) => [5, make(n)] as const);
}
const now = (...texts: readonly string[]): TimedPiece[] => texts.map((text) => [0, text] as const);

const choice = (delta: object, more: object = {}): object => ({
  model: 'plain',
  choices: [{ index: 0, delta, finish_reason: null }],
  ...more,
});
const chunk = (n: number): string => event(choice({ content: ` w${n}` }));
const STOP = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const DONE = 'data: [DONE]\n\n';
const counts = (input: number, output: number): object => ({
  usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
});
const usageChunk = (input: number, output: number): string =>
  event({ model: 'plain', choices: [], ...counts(input, output) });

function chat(parts: readonly TimedPiece[], more: Partial<Replay> = {}) {
  return replay({ path: '/v1/chat/completions', request: ASK, pieces: parts, ...more });
}

describe('a usage that leads', () => {
  const leading = now(usageChunk(30, 4));

  it('gives the prompt; its output is no count of what comes after it', () => {
    const row = chat([...leading, ...pieces(20, chunk), ...now(STOP, DONE)]);
    expect(row).toMatchObject({
      completed: true,
      error: null,
      usage: {
        inputTokens: 30,
        outputTokens: 20,
        provenance: { input: 'reported', output: 'estimated' },
      },
      refusals: ['server said 4 tokens before the answer, 20 chunks seen'],
    });
  });

  it('is no end: a stream that is cut off after it is not complete', () => {
    for (const outcome of [{ kind: 'complete' }, { kind: 'client-aborted' }] as const) {
      const row = chat([...leading, ...pieces(20, chunk)], { outcome });
      expect(row.completed).toBe(false);
      expect(row.error).not.toBeNull();
      expect(row.usage).toMatchObject({ inputTokens: 30, outputTokens: 20 });
    }
  });

  it('stands back behind one that comes last', () => {
    const row = chat([...leading, ...pieces(20, chunk), ...now(STOP, usageChunk(30, 21), DONE)]);
    expect(row.usage).toMatchObject({ outputTokens: 21, provenance: { output: 'reported' } });
    expect(row.refusals).toEqual([]);
  });
});

describe('a usage in mid-stream', () => {
  it('counts up to its place, and the chunks after it are added', () => {
    const beat = (n: number): TimedPiece[] => [
      ...pieces(5, chunk),
      ...now(usageChunk(12, n), ': still here\n\n'),
    ];
    const row = chat([...beat(5), ...beat(10), ...pieces(5, chunk), ...now(STOP, DONE)]);
    expect(row).toMatchObject({
      completed: true,
      usage: {
        inputTokens: 12,
        outputTokens: 15,
        provenance: { input: 'reported', output: 'estimated' },
      },
      refusals: ['server said 10 tokens, 5 chunks came after'],
    });
  });

  it('is taken from every chunk: the last one covers its own', () => {
    const grown = pieces(8, (n) => event(choice({ content: 'x' }, counts(9, n + 1))));
    for (const end of [now(STOP, DONE), []]) {
      const row = chat([...grown, ...end]);
      expect(row.completed).toBe(end.length > 0);
      expect(row.usage).toMatchObject({
        inputTokens: 9,
        outputTokens: 8,
        provenance: { output: 'reported' },
      });
      expect(row.refusals).toEqual([]);
    }
  });

  it('leaves what it tells of the prompt where the last one tells less', () => {
    const early = {
      prompt_tokens: 12,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 8 },
    };
    const row = chat([
      ...now(event({ choices: [], usage: early })),
      ...pieces(5, chunk),
      ...now(STOP, event({ choices: [], usage: { completion_tokens: 5 } }), DONE),
    ]);
    expect(row.usage).toMatchObject({ inputTokens: 12, cachedInputTokens: 8, outputTokens: 5 });
  });

  it('is final once the end was seen, whatever trails behind', () => {
    const row = chat([...pieces(5, chunk), ...now(STOP, usageChunk(9, 40), chunk(9), DONE)]);
    expect(row.usage).toMatchObject({ outputTokens: 40, provenance: { output: 'reported' } });
  });
});

describe('in the other dialects', () => {
  const early = {
    usage: { outputTokens: 20, provenance: { output: 'estimated' } },
    refusals: [expect.stringMatching(/^server said 4 tokens/)],
  };

  it('an early usage in a Responses stream is no count', () => {
    const usage = { input_tokens: 30, output_tokens: 4, total_tokens: 34 };
    const row = replay({
      path: '/v1/responses',
      request: { model: 'plain', stream: true, input: 'name rivers' },
      pieces: [
        ...now(typed('response.in_progress', { response: { model: 'plain', usage } })),
        ...pieces(20, (n) => typed('response.output_text.delta', { delta: ` w${n}` })),
        ...now(typed('response.completed', { response: { status: 'completed' } })),
      ],
    });
    expect(row).toMatchObject({ completed: true, ...early });
    expect(row.usage.inputTokens).toBe(30);
  });

  it('an early message_delta in an Anthropic stream is no count', () => {
    const message = { model: 'plain', usage: { input_tokens: 30, output_tokens: 1 } };
    const row = replay({
      path: '/v1/messages',
      request: ASK,
      pieces: [
        ...now(typed('message_start', { message })),
        ...now(typed('message_delta', { delta: {}, usage: { output_tokens: 4 } })),
        ...pieces(20, (n) =>
          typed('content_block_delta', { delta: { type: 'text_delta', text: ` w${n}` } }),
        ),
        ...now(
          typed('message_delta', { delta: { stop_reason: 'end_turn' } }),
          typed('message_stop'),
        ),
      ],
    });
    expect(row).toMatchObject({ completed: true, ...early });
    expect(row.usage.inputTokens).toBe(30);
  });

  it('early counts of Ollama are none', () => {
    const say = (content: string, more: object = {}): string =>
      line({ model: 'plain', message: { content }, done: false, ...more });
    const row = replay({
      path: '/api/chat',
      type: 'application/x-ndjson',
      request: ASK,
      pieces: [
        ...now(say('', { prompt_eval_count: 30, eval_count: 4 })),
        ...pieces(20, (n) => say(` w${n}`)),
        ...now(say('', { done: true, done_reason: 'stop' })),
      ],
    });
    expect(row).toMatchObject({ completed: true, ...early });
    expect(row.usage.inputTokens).toBe(30);
  });

  it('early counts of llama.cpp are none', () => {
    const row = replay({
      path: '/completion',
      request: { prompt: 'name rivers', stream: true },
      pieces: [
        ...now(event({ content: '', stop: false, tokens_evaluated: 30, tokens_predicted: 4 })),
        ...pieces(20, (n) => event({ content: ` w${n}`, stop: false })),
        ...now(event({ content: '', stop: true, stop_type: 'eos' })),
      ],
    });
    expect(row).toMatchObject({ completed: true, ...early });
  });

  it('early counts of SGLang are none', () => {
    const meta_info = { prompt_tokens: 30, completion_tokens: 4 };
    const row = replay({
      path: '/generate',
      request: { text: 'name rivers', stream: true },
      pieces: [
        ...now(event({ text: '', meta_info })),
        ...pieces(20, (n) => event({ text: 'w'.repeat(n + 1), meta_info: {} })),
        ...now(
          event({ text: 'w'.repeat(20), meta_info: { finish_reason: { type: 'stop' } } }),
          DONE,
        ),
      ],
    });
    expect(row).toMatchObject({ completed: true });
    expect(row.usage.provenance.output).toBe('estimated');
  });

  it('early timings of llama.cpp are none', () => {
    const timings = { prompt_n: 30, cache_n: 0, predicted_n: 4, predicted_ms: 20 };
    const row = chat([
      ...now(event({ model: 'plain', choices: [], timings })),
      ...pieces(20, chunk),
      ...now(STOP, DONE),
    ]);
    expect(row).toMatchObject({ completed: true, usage: early.usage });
    expect(row.refusals[0]).toMatch(/^server said 4 tokens/);
  });
});
