import { describe, expect, it } from 'vitest';
import { replay } from '../../../tests/support/replayed-exchange.ts';
import type { TimedPiece } from '../../../tests/support/replayed-exchange.ts';
import type { SeenRecord } from './record.ts';

const ASK = { model: 'plain', messages: [{ role: 'user', content: 'name ten rivers' }] };
const STREAM = { ...ASK, stream: true };
const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const line = (value: object): string => `${JSON.stringify(value)}\n`;
const DONE = 'data: [DONE]\n\n';

/** `count` pieces, each `gapMs` after the one before. */
function steadily(count: number, gapMs: number, make: (n: number) => string): TimedPiece[] {
  return Array.from({ length: count }, (_, n) => [gapMs, make(n)] as const);
}

function chunk(content: string): string {
  return event({ model: 'plain', choices: [{ index: 0, delta: { content } }] });
}
const STOP = { model: 'plain', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };

function ollamaChat(durations: object, gapMs = 20): SeenRecord {
  const say = (content: string, more: object = { done: false }): string =>
    line({ model: 'plain', message: { role: 'assistant', content }, ...more });
  const last = { done: true, done_reason: 'stop', prompt_eval_count: 11, eval_count: 30 };
  return replay({
    path: '/api/chat',
    type: NDJSON,
    request: ASK,
    pieces: [...steadily(30, gapMs, (n) => say(` w${n}`)), [0, say('', { ...last, ...durations })]],
  });
}

/** A chat of 30 tokens, one each 20 ms, with more in its last chunk. */
function openAiChat(more: object): SeenRecord {
  const pieces = steadily(30, 20, (n) => chunk(` w${n}`));
  const usage = { prompt_tokens: 11, completion_tokens: 30, total_tokens: 41 };
  const last = event({ ...STOP, usage, ...more });
  return replay({
    path: '/v1/chat/completions',
    request: STREAM,
    pieces: [...pieces, [0, last], [0, DONE]],
  });
}

describe('durations that the wire contradicts', () => {
  it('are refused, all that the same clock told, and the speed is taken from the wire', () => {
    const row = ollamaChat({
      total_duration: 651_000,
      load_duration: 40,
      prompt_eval_duration: 900,
      eval_duration: 2_210,
    });
    expect(row.usage).toMatchObject({ inputTokens: 11, outputTokens: 30 });
    expect(row.rates).toEqual({
      promptTokensPerSecond: null,
      outputTokensPerSecond: 50,
      provenance: { prompt: null, output: 'derived' },
    });
    expect(row.timing).toMatchObject({ loadMs: null, prefillMs: null, decodeMs: 580 });
    expect(row.refusals).toEqual(['server said 13.6M tok/s, more than any server reaches']);
  });

  it.each([
    ['llama.cpp', { timings: { prompt_n: 11, predicted_n: 30, predicted_ms: 6 } }],
    [
      'llama.cpp, as a speed',
      { timings: { prompt_n: 11, predicted_n: 30, predicted_per_second: 5_000 } },
    ],
    ['vLLM', { metrics: { time_to_first_token_ms: 0.02, generation_time_ms: 0.58 } }],
    ['LM Studio', { stats: { tokens_per_second: 50_000, generation_time: 0.0006 } }],
    [
      'TabbyAPI',
      { usage: { prompt_tokens: 11, completion_tokens: 30, completion_time: 0.000_58 } },
    ],
    [
      'LocalAI',
      { usage: { prompt_tokens: 11, completion_tokens: 30, timing_token_generation: 0.58 } },
    ],
  ])('are refused in the shape of %s', (_, more) => {
    const row = openAiChat(more);
    expect(row.rates).toMatchObject({
      outputTokensPerSecond: 50,
      provenance: { output: 'derived' },
    });
    expect(row.timing).toMatchObject({ prefillMs: null, decodeMs: 580 });
    expect(row.refusals).toHaveLength(1);
    expect(row.refusals[0]).toMatch(/^server said .* tok\/s, 30 tokens came over 5\d\d ms$/);
  });

  it('are refused where they cover the last batch only', () => {
    const row = ollamaChat({ prompt_eval_duration: 50e6, eval_duration: 40e6 });
    expect(row.refusals).toHaveLength(1);
    expect(row.refusals[0]).toMatch(/^server said 750 tok\/s, 30 tokens came over 5\d\d ms$/);
    expect(row.rates.outputTokensPerSecond).toBe(50);
  });

  it('are refused where a part took longer than the whole', () => {
    const row = ollamaChat({ prompt_eval_duration: 50e9, eval_duration: 580e9 });
    expect(row.refusals).toEqual(['server said 9 min 40 s, the exchange took 600 ms']);
    expect(row.timing).toMatchObject({ prefillMs: null, decodeMs: 580 });
  });

  it('are refused in an answer in one piece too', () => {
    const answer = { model: 'plain', response: 'The Nile', done: true, done_reason: 'stop' };
    const counts = { prompt_eval_count: 11, eval_count: 30, eval_duration: 2_210 };
    const row = replay({
      path: '/api/generate',
      type: JSON_TYPE,
      request: { model: 'plain', prompt: 'name a river', stream: false },
      pieces: [[600, line({ ...answer, ...counts })]],
    });
    expect(row.rates).toMatchObject({
      outputTokensPerSecond: 50,
      provenance: { output: 'estimated' },
    });
    expect(row.timing.decodeMs).toBeNull();
    expect(row.refusals).toEqual(['server said 13.6M tok/s, more than any server reaches']);
  });
});

/** A whole answer of 30 tokens after `afterMs`, with more beside it. */
function whole(more: object, afterMs = 648): SeenRecord {
  const usage = { prompt_tokens: 11, completion_tokens: 30, total_tokens: 41 };
  const choices = [{ index: 0, message: { content: ' word'.repeat(30) }, finish_reason: 'stop' }];
  return replay({
    path: '/v1/chat/completions',
    type: JSON_TYPE,
    request: ASK,
    pieces: [[afterMs, JSON.stringify({ model: 'plain', choices, usage, ...more })]],
  });
}

function ollamaWhole(durations: object, afterMs = 648): SeenRecord {
  const counts = { prompt_eval_count: 11, eval_count: 30 };
  const message = { content: ' word'.repeat(30) };
  return replay({
    path: '/api/chat',
    type: JSON_TYPE,
    request: { ...ASK, stream: false },
    pieces: [
      [afterMs, line({ message, done: true, done_reason: 'stop', ...counts, ...durations })],
    ],
  });
}

const llama = (promptMs: number, predictedMs: number, cached = 0): object => ({
  timings: {
    ...{ cache_n: cached, prompt_n: 11 - cached, prompt_ms: promptMs },
    ...{ predicted_n: 30, predicted_ms: predictedMs },
  },
});

describe('durations in a smaller unit, in a whole answer', () => {
  it.each([
    ['Ollama', () => ollamaWhole({ prompt_eval_duration: 20_000, eval_duration: 600_000 })],
    ['llama.cpp', () => whole(llama(0.02, 0.6))],
    ['vLLM', () => whole({ metrics: { time_to_first_token_ms: 0.02, generation_time_ms: 0.58 } })],
    ['LM Studio', () => whole({ stats: { tokens_per_second: 90_000, time_to_first_token: 0.02 } })],
  ])('are refused, all of one clock: %s', (_, answer) => {
    const row = answer();
    expect(row.refusals).toEqual([
      expect.stringMatching(/^server said \d+(?:\.\d)?k tok\/s, the exchange took 648 ms$/),
    ]);
    expect(row.timing).toMatchObject({ prefillMs: null, decodeMs: null });
    expect(row.rates.outputTokensPerSecond).toBeCloseTo(30 / 0.648, 3);
    expect(row.rates.provenance.output).toBe('estimated');
  });

  it.each([
    ['a short answer behind a long queue', () => whole(llama(20, 300), 60_000)],
    [
      'a fast answer whose queue is told',
      () => whole({ metrics: { queue_time_ms: 59_000, generation_time_ms: 3 } }, 60_000),
    ],
    [
      'a fast answer that loaded the model',
      () =>
        ollamaWhole({ load_duration: 9e9, prompt_eval_duration: 5e6, eval_duration: 5e6 }, 10_000),
    ],
    ['a fast answer after a long prompt', () => whole(llama(500, 5))],
    ['a fast answer over a slow network', () => whole(llama(0.5, 3), 290)],
  ])('are not those of %s', (_, answer) => {
    const row = answer();
    expect(row.refusals).toEqual([]);
    expect(row.timing.decodeMs).not.toBeNull();
    expect(row.rates.provenance.output).toBe('derived');
  });
});

describe('durations that the wire does not contradict', () => {
  it('are taken', () => {
    const row = ollamaChat(
      {
        load_duration: 40e6,
        prompt_eval_duration: 15e6,
        prompt_eval_cached_count: 5,
        eval_duration: 560e6,
      },
      20,
    );
    expect(row.refusals).toEqual([]);
    expect(row.rates).toEqual({
      promptTokensPerSecond: 400,
      outputTokensPerSecond: (30 / 560) * 1_000,
      provenance: { prompt: 'derived', output: 'derived' },
    });
  });

  it('are taken of an answer that a slow client read in bursts', () => {
    const lump = Array.from({ length: 100 }, (_, n) => chunk(` w${n}`)).join('');
    const timings = { prompt_n: 9, cache_n: 0, predicted_n: 600, predicted_ms: 3_000 };
    const pieces = steadily(6, 5_000, () => lump);
    const row = replay({
      path: '/v1/chat/completions',
      request: STREAM,
      pieces: [...pieces, [0, event({ ...STOP, timings })], [0, DONE]],
    });
    expect(row.refusals).toEqual([]);
    expect(row.rates.outputTokensPerSecond).toBe(200);
  });

  it('are taken of an answer with long pauses, in which tools ran', () => {
    const pieces = steadily(10, 10, (n) => chunk(` w${n}`));
    const stats = { tokens_per_second: 100, generation_time: 0.2 };
    const usage = { prompt_tokens: 11, completion_tokens: 20 };
    const row = replay({
      path: '/v1/chat/completions',
      request: STREAM,
      pieces: [...pieces, [60_000, chunk('.')], ...pieces, [0, event({ ...STOP, usage, stats })]],
    });
    expect(row.refusals).toEqual([]);
    expect(row.rates.outputTokensPerSecond).toBe(100);
  });
});

describe('speeds from the wire', () => {
  it('need a window that can carry one: an answer in one burst only has a lower bound', () => {
    const usage = { prompt_tokens: 9, completion_tokens: 120, total_tokens: 129 };
    const row = replay({
      path: '/v1/chat/completions',
      request: STREAM,
      pieces: [
        [800, chunk('one two three')],
        [0.4, chunk(' four five six')],
        [0, event({ ...STOP, choices: [], usage })],
        [0, DONE],
      ],
    });
    expect(row.usage).toMatchObject({ inputTokens: 9, outputTokens: 120 });
    expect(row.rates.outputTokensPerSecond).toBeCloseTo(150, 0);
    expect(row.rates.provenance.output).toBe('estimated');
    expect(row.timing.decodeMs).toBeNull();
    expect(row.refusals).toEqual([]);
  });

  it('are unknown for a few tokens that came together', () => {
    const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
    const row = replay({
      path: '/v1/chat/completions',
      request: STREAM,
      pieces: [
        ...steadily(3, 1, (n) => chunk(` w${n}`)),
        [0, event({ ...STOP, usage })],
        [0, DONE],
      ],
    });
    expect(row.rates).toMatchObject({
      outputTokensPerSecond: null,
      provenance: { output: null },
    });
  });

  it('are estimates where the count is one', () => {
    const row = replay({
      path: '/v1/chat/completions',
      request: STREAM,
      pieces: steadily(30, 20, (n) => chunk(` w${n}`)),
      outcome: { kind: 'client-aborted' },
    });
    expect(row.rates).toMatchObject({
      outputTokensPerSecond: 50,
      provenance: { output: 'estimated' },
    });
  });
});

describe('the speed of a prompt', () => {
  it('counts only what was evaluated, and is unknown where the cached part is', () => {
    const prompt = { prompt_eval_count: 56, prompt_eval_duration: 304_000, eval_duration: 560e6 };
    expect(ollamaChat(prompt).rates.promptTokensPerSecond).toBeNull();
    const cached = ollamaChat({ ...prompt, prompt_eval_cached_count: 55 });
    expect(cached.rates.promptTokensPerSecond).toBeCloseTo(1 / 0.000_304, 6);
    expect(cached.refusals).toEqual([]);
  });

  it('is refused where none can be so fast', () => {
    const row = ollamaChat({
      prompt_eval_count: 56,
      prompt_eval_cached_count: 0,
      prompt_eval_duration: 304_000,
      eval_duration: 560e6,
    });
    expect(row.rates).toMatchObject({
      promptTokensPerSecond: null,
      provenance: { prompt: null, output: 'derived' },
    });
    expect(row.timing).toMatchObject({ prefillMs: null, decodeMs: 560 });
    expect(row.refusals).toEqual([
      'server said 184k tok/s of prompt, more than any server reaches',
    ]);
  });

  it('and its time are refused with all of the clock above 1M tok/s', () => {
    const counts = { prompt_eval_count: 1_000, eval_duration: 560e6 };
    for (const cached of [undefined, 0]) {
      const durations = { prompt_eval_duration: 5_000, prompt_eval_cached_count: cached };
      const row = ollamaChat({ ...counts, ...durations });
      expect(row.refusals).toEqual([
        'server said 200M tok/s of prompt, more than any server reaches',
      ]);
      expect(row.timing).toMatchObject({ prefillMs: null, decodeMs: 580 });
    }
  });

  it('and its time are kept if a long prompt may have been cached', () => {
    const row = ollamaChat({
      ...{ prompt_eval_count: 100_000, prompt_eval_duration: 10e6, eval_duration: 560e6 },
    });
    expect(row.refusals).toEqual([]);
    expect(row.timing).toMatchObject({ prefillMs: 10, decodeMs: 560 });
  });

  it('is said to be needed where the server told only counts', () => {
    const usage = { prompt_tokens: 90_000, completion_tokens: 30 };
    const details = { prompt_tokens_details: { cached_tokens: 0 } };
    const row = openAiChat({ usage: { ...usage, ...details } });
    expect(row.rates.promptTokensPerSecond).toBeNull();
    expect(row.refusals).toEqual([
      '4.50M tok/s of prompt would be needed, more than any server reaches',
    ]);
  });

  it('is known of an embedding, of which nothing is ever cached', () => {
    const row = replay({
      path: '/embed',
      type: JSON_TYPE,
      headers: ['x-compute-tokens', '100', 'x-inference-time', '20'],
      request: { inputs: 'a text' },
      pieces: [[30, '[[0.5]]']],
    });
    expect(row.rates).toMatchObject({
      promptTokensPerSecond: 5_000,
      provenance: { prompt: 'derived' },
    });
  });
});
