import { describe, expect, it } from 'vitest';
import { activityRecord, usageOf } from '../../../tests/support/records.ts';
import { replay, replayed } from '../../../tests/support/replayed-exchange.ts';
import type { Replay, TimedPiece } from '../../../tests/support/replayed-exchange.ts';
import { Calibration } from '../usage/calibration.ts';

const ASK = { model: 'plain', messages: [{ role: 'user', content: 'name ten rivers' }] };
const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const typed = (type: string, more: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const line = (value: object): string => `${JSON.stringify(value)}\n`;
const chunk = (n: number): string =>
  event({ model: 'plain', choices: [{ index: 0, delta: { content: ` w${n}` } }] });
const STOP = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const DONE = 'data: [DONE]\n\n';

function pieces(count: number, make: (n: number) => string): TimedPiece[] {
  return Array.from({ length: count }, (_, n) => [5, make(n)] as const);
}

/** Streams of 25 words that come to their end and tell no usage. */
const STREAMS: readonly (readonly [string, Replay])[] = [
  [
    'OpenAI chat',
    {
      path: '/v1/chat/completions',
      request: { ...ASK, stream: true },
      pieces: [...pieces(25, chunk), [0, STOP], [0, DONE]],
    },
  ],
  [
    'OpenAI completion',
    {
      path: '/v1/completions',
      request: { model: 'plain', prompt: 'name ten rivers', stream: true },
      pieces: [...pieces(25, (n) => event({ choices: [{ index: 0, text: ` w${n}` }] })), [0, DONE]],
    },
  ],
  [
    'Responses',
    {
      path: '/v1/responses',
      request: { model: 'plain', input: 'name ten rivers', stream: true },
      pieces: [
        ...pieces(25, (n) => typed('response.output_text.delta', { delta: ` w${n}` })),
        [0, typed('response.completed', { response: { status: 'completed' } })],
      ],
    },
  ],
  [
    'Anthropic',
    {
      path: '/v1/messages',
      request: { ...ASK, stream: true },
      pieces: [
        ...pieces(25, (n) => typed('content_block_delta', { delta: { text: ` w${n}` } })),
        [0, typed('message_delta', { delta: { stop_reason: 'end_turn' } })],
        [0, typed('message_stop')],
      ],
    },
  ],
  [
    'Ollama',
    {
      path: '/api/chat',
      type: 'application/x-ndjson',
      request: ASK,
      pieces: [
        ...pieces(25, (n) => line({ message: { content: ` w${n}` }, done: false })),
        [0, line({ message: { content: '' }, done: true, done_reason: 'stop' })],
      ],
    },
  ],
  [
    'llama.cpp',
    {
      path: '/completion',
      request: { prompt: 'name ten rivers', stream: true },
      pieces: [
        ...pieces(25, (n) => event({ content: ` w${n}`, stop: false })),
        [0, event({ content: '', stop: true })],
      ],
    },
  ],
  [
    'LM Studio',
    {
      path: '/api/v1/chat',
      request: { model: 'plain', input: 'name ten rivers', stream: true },
      pieces: [
        ...pieces(25, (n) => typed('message.delta', { content: ` w${n}` })),
        [0, typed('chat.end', { result: {} })],
      ],
    },
  ],
  [
    'text generation',
    {
      path: '/generate_stream',
      request: { inputs: 'name ten rivers' },
      pieces: [
        ...pieces(25, (n) => event({ token: { text: ` w${n}` }, generated_text: null })),
        [0, event({ token: { text: '' }, generated_text: 'w' })],
      ],
    },
  ],
];

describe('a stream that ends without a usage', () => {
  it.each(STREAMS)('has an estimate in the form of %s', (_, given) => {
    const row = replay(given);
    expect(row).toMatchObject({ completed: true, error: null, refusals: [] });
    expect(row.usage).toMatchObject({
      inputTokens: Math.floor(row.bytesIn / 4),
      outputTokens: 25,
      provenance: { input: 'estimated', output: 'estimated' },
    });
    expect(row.rates.provenance.output).toBe('estimated');
  });
});

describe('an answer in one piece without a usage', () => {
  const TEXT = 'the longest one is far away from here';

  it.each([
    ['/v1/chat/completions', { choices: [{ message: { content: TEXT }, finish_reason: 'stop' }] }],
    ['/v1/completions', { choices: [{ text: TEXT, finish_reason: 'stop' }] }],
    ['/v1/messages', { content: [{ type: 'text', text: TEXT }], stop_reason: 'end_turn' }],
    [
      '/v1/responses',
      { status: 'completed', output: [{ type: 'message', content: [{ text: TEXT }] }] },
    ],
    ['/api/chat', { message: { content: TEXT }, done: true }],
    ['/completion', { content: TEXT, stop: true }],
    ['/api/v1/chat', { output: [{ type: 'message', content: TEXT }] }],
    ['/generate', { generated_text: TEXT }],
  ])('has an estimate on %s', (path, body) => {
    const request = { ...ASK, prompt: 'x', input: 'x', stream: false };
    const row = replay({
      path,
      request,
      type: 'application/json',
      pieces: [[9, JSON.stringify(body)]],
    });
    expect(row.usage).toMatchObject({
      outputTokens: 10,
      provenance: { input: 'estimated', output: 'estimated' },
    });
  });

  it('is unknown where it is no text', () => {
    const row = replay({
      path: '/v1/audio/speech',
      request: { model: 'tts', input: 'the longest one' },
      type: 'audio/mpeg',
      pieces: [[9, 'not text at all']],
    });
    expect(row.usage).toMatchObject({ inputTokens: null, outputTokens: null });
  });
});

describe('what was shown in flight', () => {
  it('is what the row has if the stream is cut off then, with a calibrated model too', () => {
    const calibration = new Calibration();
    for (let n = 8; n < 40; n += 1) {
      calibration.learn(
        activityRecord({ usage: usageOf(80 + n, 3 * n), contentChunks: n, upstream: 'u' }),
        { requestBytes: 400 + 4 * n, characters: null },
      );
    }
    const rules = { bytesPerInputToken: 4, tokensPerOutputChunk: 1 };
    const estimator = calibration.estimator('u', 'qwen3:8b', rules);
    for (const [name, given] of STREAMS) {
      for (const count of [0, 5, 20]) {
        const pieces = given.pieces.slice(0, count);
        const outcome = { kind: 'upstream-died', code: null } as const;
        const { record, live } = replayed({ ...given, pieces, outcome, estimator });
        expect(live.outputTokensSoFar, name).toBe(3 * count);
        expect(record.usage.outputTokens ?? 0, name).toBe(3 * count);
      }
    }
  });

  it('does not become unknown when the stream is cut off, in whatever way', () => {
    for (const outcome of [
      { kind: 'client-aborted' },
      { kind: 'upstream-died', code: null },
      { kind: 'complete' },
    ] as const) {
      for (const [name, given] of STREAMS) {
        const { record, live } = replayed({ ...given, pieces: given.pieces.slice(0, 20), outcome });
        expect(live.outputTokensSoFar, name).toBe(20);
        expect(record.completed).toBe(false);
        expect(record.usage, name).toMatchObject({
          outputTokens: 20,
          provenance: { output: 'estimated' },
        });
      }
    }
  });
});
