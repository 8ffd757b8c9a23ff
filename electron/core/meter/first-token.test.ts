import { describe, expect, it } from 'vitest';
import { replay } from '../../../tests/support/replayed-exchange.ts';
import type { TimedPiece } from '../../../tests/support/replayed-exchange.ts';
import type { SeenRecord } from './record.ts';

const typed = (value: { readonly type: string }): string =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const line = (value: object): string => `${JSON.stringify(value)}\n`;

function firsts({ timing }: SeenRecord): [token: number | null, text: number | null] {
  return [timing.timeToFirstTokenMs, timing.timeToFirstTextMs];
}

describe('the first token in Anthropic streams', () => {
  const start = {
    type: 'message_start',
    message: { model: 'plain', usage: { input_tokens: 33, output_tokens: 1 } },
  };
  const stop: TimedPiece[] = [
    [
      0,
      typed({
        type: 'message_delta',
        delta: { stop_reason: 'x' },
        usage: { output_tokens: 18 },
      } as never),
    ],
    [0, typed({ type: 'message_stop' })],
  ];
  const run = (pieces: readonly TimedPiece[]): SeenRecord =>
    replay({
      path: '/v1/messages',
      request: { model: 'plain', stream: true, messages: [{ role: 'user', content: 'x' }] },
      pieces: [[50, typed(start)], ...pieces, ...stop],
    });
  const begin = (content_block: object): string =>
    typed({ type: 'content_block_start', index: 0, content_block } as never);
  const delta = (given: object): string =>
    typed({ type: 'content_block_delta', index: 0, delta: given } as never);

  it('is the beginning of a tool call, though its first delta is empty', () => {
    const row = run([
      [100, begin({ type: 'tool_use', id: 't1', name: 'rivers', input: {} })],
      [0, delta({ type: 'input_json_delta', partial_json: '' })],
      [200, typed({ type: 'content_block_stop' })],
    ]);
    expect(firsts(row)).toEqual([150, null]);
    expect(row.usage).toMatchObject({ inputTokens: 33, outputTokens: 18 });
    expect(row.features.tools).toBe(true);
  });

  it('is reasoning, in the open or not; the first text comes later', () => {
    const text: TimedPiece[] = [
      [300, begin({ type: 'text', text: '' })],
      [10, delta({ type: 'text_delta', text: 'The' })],
    ];
    const open = run([
      [100, begin({ type: 'thinking', thinking: '' })],
      [20, delta({ type: 'thinking_delta', thinking: 'Hm' })],
      ...text,
    ]);
    expect(firsts(open)).toEqual([170, 480]);
    const secret = run([[100, begin({ type: 'redacted_thinking', data: 'x' })], ...text]);
    expect(firsts(secret)).toEqual([150, 460]);
  });
});

describe('the first token in Responses streams', () => {
  const completed = {
    type: 'response.completed',
    response: {
      status: 'completed',
      output: [{ type: 'function_call', name: 'rivers', arguments: '{"n":10}' }],
      usage: { input_tokens: 40, output_tokens: 14 },
    },
  };
  const run = (pieces: readonly TimedPiece[]): SeenRecord =>
    replay({
      path: '/v1/responses',
      request: { model: 'plain', stream: true, input: 'x' },
      pieces: [
        [0, typed({ type: 'response.created', response: { model: 'plain' } } as never)],
        ...pieces,
        [0, typed(completed)],
      ],
    });
  const added = (item: object): string =>
    typed({ type: 'response.output_item.added', output_index: 0, item } as never);

  it('is the beginning of a call that is told when it is done', () => {
    const row = run([
      [120, added({ id: 'i1', type: 'function_call', name: 'rivers', arguments: '' })],
      [
        150,
        typed({ type: 'response.function_call_arguments.done', arguments: '{"n":10}' } as never),
      ],
      [
        0,
        typed({ type: 'response.output_item.done', item: completed.response.output[0] } as never),
      ],
    ]);
    expect(firsts(row)).toEqual([120, null]);
    // Its name and its arguments.
    expect(row).toMatchObject({ contentChunks: 2, usage: { inputTokens: 40, outputTokens: 14 } });
  });

  it.each(['function_call_arguments', 'mcp_call_arguments'])('is %s, told whole', (name) => {
    const row = run([[90, typed({ type: `response.${name}.done`, arguments: '{}' } as never)]]);
    expect(firsts(row)).toEqual([90, null]);
  });

  it('is the input of a custom tool', () => {
    const item = { id: 'i1', type: 'custom_tool_call', name: 'shell', input: '' };
    const delta = { type: 'response.custom_tool_call_input.delta', delta: 'ls' };
    expect(
      firsts(
        run([
          [70, added(item)],
          [5, typed(delta)],
        ]),
      ),
    ).toEqual([70, null]);
    const whole = { type: 'response.custom_tool_call_input.done', input: 'ls' };
    expect(firsts(run([[80, typed(whole)]]))).toEqual([80, null]);
  });

  it('is a text that is told whole, and counted once', () => {
    const row = run([
      [10, added({ type: 'message', content: [] })],
      [60, typed({ type: 'response.output_text.done', text: 'The Nile' } as never)],
      [
        5,
        typed({
          type: 'response.output_item.done',
          item: { type: 'message', content: [{ text: 'The Nile' }] },
        } as never),
      ],
    ]);
    expect(firsts(row)).toEqual([70, 70]);
    expect(row.contentChunks).toBe(1);
  });

  it('is reasoning; what is done after its deltas is not counted again', () => {
    const row = run([
      [10, added({ type: 'reasoning', summary: [] })],
      [30, typed({ type: 'response.reasoning_text.delta', delta: 'Hm' } as never)],
      [5, typed({ type: 'response.reasoning_text.done', text: 'Hm' } as never)],
      [5, added({ type: 'message', content: [] })],
      [50, typed({ type: 'response.output_text.delta', delta: 'The' } as never)],
      [5, typed({ type: 'response.output_text.done', text: 'The' } as never)],
    ]);
    expect(firsts(row)).toEqual([40, 100]);
    expect(row.contentChunks).toBe(2);
  });

  it('is the end of an answer that comes whole', () => {
    expect(firsts(run([]))).toEqual([0, null]);
  });
});

describe('the first token in OpenAI-style streams', () => {
  const run = (pieces: readonly TimedPiece[]): SeenRecord =>
    replay({
      path: '/v1/chat/completions',
      request: { model: 'plain', stream: true, messages: [{ role: 'user', content: 'x' }] },
      pieces: [[10, chunk({ role: 'assistant', content: '' })], ...pieces, [0, 'data: [DONE]\n\n']],
    });
  const chunk = (delta: object): string =>
    event({ model: 'plain', choices: [{ index: 0, delta, finish_reason: null }] });

  it.each([
    ['reasoning_content', { reasoning_content: 'Hm' }],
    ['reasoning', { reasoning: 'Hm' }],
    ['reasoning_details', { reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] }],
    ['thoughts in parts', { content: [{ type: 'thinking', thinking: [{ text: 'Hm' }] }] }],
    ['a call of a tool', { tool_calls: [{ index: 0, function: { name: 'f', arguments: '' } }] }],
    ['a call of a custom tool', { tool_calls: [{ index: 0, custom: { name: 'f', input: '' } }] }],
    ['a call as it once was', { function_call: { name: 'f', arguments: '' } }],
  ])('is %s, and the first text comes later', (_, delta) => {
    expect(
      firsts(
        run([
          [40, chunk(delta)],
          [100, chunk({ content: 'The' })],
        ]),
      ),
    ).toEqual([50, 150]);
  });

  it('is text among frames that all look alike', () => {
    const thoughts: TimedPiece[] = [1, 2, 3].map(() => [5, chunk({ reasoning_content: 'Hm' })]);
    const texts: TimedPiece[] = [1, 2, 3].map(() => [5, chunk({ content: 'The' })]);
    const row = run([...thoughts, ...texts]);
    expect(firsts(row)).toEqual([15, 30]);
    expect(row.contentChunks).toBe(6);
  });
});

describe('the first token in other streams', () => {
  it('is thinking or a call in Ollama’s', () => {
    const say = (message: object, done = false): string => line({ model: 'm', message, done });
    const run = (pieces: readonly TimedPiece[]): SeenRecord =>
      replay({
        path: '/api/chat',
        type: 'application/x-ndjson',
        request: { model: 'm', messages: [{ role: 'user', content: 'x' }] },
        pieces: [...pieces, [0, say({ content: '' }, true)]],
      });
    const text: TimedPiece = [100, say({ content: 'The' })];
    expect(firsts(run([[20, say({ content: '', thinking: 'Hm' })], text]))).toEqual([20, 120]);
    const call = { content: '', tool_calls: [{ function: { name: 'f', arguments: {} } }] };
    expect(firsts(run([[30, say(call)]]))).toEqual([30, null]);
  });

  it('is the start of a tool call in LM Studio’s', () => {
    const row = replay({
      path: '/api/v1/chat',
      request: { model: 'm', stream: true, input: 'x' },
      pieces: [
        [10, typed({ type: 'chat.start' })],
        [20, typed({ type: 'tool_call.start', tool: 'f' } as never)],
        [20, typed({ type: 'reasoning.delta', content: 'Hm' } as never)],
        [20, typed({ type: 'message.delta', content: 'The' } as never)],
        [0, typed({ type: 'chat.end', result: {} } as never)],
      ],
    });
    expect(firsts(row)).toEqual([30, 70]);
  });
});
