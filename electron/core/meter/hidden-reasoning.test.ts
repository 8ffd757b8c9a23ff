import { describe, expect, it } from 'vitest';
import { replay } from '../../../tests/support/replayed-exchange.ts';
import type { TimedPiece } from '../../../tests/support/replayed-exchange.ts';
import type { SeenRecord } from './record.ts';

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const delta = (given: object): string => event({ choices: [{ index: 0, delta: given }] });
const STOP = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });

/** `count` pieces, one each 10 ms, the first after `waitMs`. */
function pieces(count: number, make: () => string, waitMs = 10): TimedPiece[] {
  return Array.from({ length: count }, (_, n) => [n === 0 ? waitMs : 10, make()] as const);
}
const text = (count: number, content = ' word'): TimedPiece[] =>
  pieces(count, () => delta({ content }), 2_000);

function chat(given: readonly TimedPiece[], usage: object): SeenRecord {
  const ends = [STOP, event({ choices: [], usage: { prompt_tokens: 9, ...usage } })];
  return replay({
    path: '/v1/chat/completions',
    request: { model: 'plain', stream: true, messages: [{ role: 'user', content: 'x' }] },
    pieces: [...given, ...[...ends, 'data: [DONE]\n\n'].map((end) => [0, end] as const)],
  });
}

function of(completion: number, reasoning: number | null): object {
  return {
    completion_tokens: completion,
    completion_tokens_details: reasoning === null ? undefined : { reasoning_tokens: reasoning },
  };
}

const speed = ({ rates }: SeenRecord): [number | null, string | null] => [
  rates.outputTokensPerSecond,
  rates.provenance.output,
];

describe('reasoning that was not sent', () => {
  it.each([
    ['as part of the output', of(580, 500)],
    ['beside the output', { ...of(80, 500), total_tokens: 589 }],
    ['many times longer than the text', of(8_580, 8_500)],
    ['shorter than the text', of(110, 30)],
  ])('does not count in the speed of the text: %s', (_, usage) => {
    const row = chat(text(80), usage);
    expect(speed(row)).toEqual([100, 'derived']);
    // The window is a part of the generation.
    expect(row.timing.decodeMs).toBeNull();
    expect(row.refusals).toEqual([]);
  });

  it('does not count in the speed of a tool call', () => {
    const call = (args: string): string =>
      delta({ tool_calls: [{ index: 0, function: { name: 'rivers', arguments: args } }] });
    const row = chat(
      pieces(40, () => call('a'), 2_000),
      of(540, 500),
    );
    expect(speed(row)).toEqual([100, 'derived']);
  });

  it('does not count in the speed in the Responses and Messages APIs', () => {
    const typed = (value: object): string => event(value);
    const responses = replay({
      path: '/v1/responses',
      request: { model: 'plain', stream: true, input: 'x' },
      pieces: [
        ...pieces(80, () => typed({ type: 'response.output_text.delta', delta: ' word' }), 2_000),
        [
          0,
          typed({
            type: 'response.completed',
            response: {
              status: 'completed',
              usage: {
                input_tokens: 9,
                output_tokens: 580,
                output_tokens_details: { reasoning_tokens: 500 },
              },
            },
          }),
        ],
      ],
    });
    expect(speed(responses)).toEqual([100, 'derived']);
    const say = { type: 'content_block_delta', delta: { type: 'text_delta', text: ' word' } };
    const usage = { output_tokens: 580, output_tokens_details: { thinking_tokens: 500 } };
    const messages = replay({
      path: '/v1/messages',
      request: { model: 'plain', stream: true, messages: [] },
      pieces: [
        [5, typed({ type: 'message_start', message: { usage: { input_tokens: 9 } } })],
        ...pieces(80, () => typed(say), 2_000),
        [0, typed({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage })],
        [0, typed({ type: 'message_stop' })],
      ],
    });
    expect(speed(messages)).toEqual([100, 'derived']);
  });

  it('makes the speed unknown if the server does not count it by itself', () => {
    const row = chat(text(80), of(1_580, null));
    expect(speed(row)).toEqual([null, null]);
    expect(row.timing.decodeMs).toBeNull();
  });

  it('makes the speed unknown if a summary of it was sent', () => {
    const summary = pieces(20, () => delta({ reasoning_content: ' hm' }), 2_000);
    expect(
      speed(chat([...summary, ...pieces(80, () => delta({ content: ' w' }))], of(5_080, 5_000))),
    ).toEqual([null, null]);
  });
});

describe('reasoning that was sent', () => {
  const reasoning = (count: number, content: string): TimedPiece[] =>
    pieces(count, () => delta({ reasoning_content: content }), 200);
  const answer = (count: number, content: string): TimedPiece[] =>
    pieces(count, () => delta({ content }));

  it('counts, one token or several in a chunk', () => {
    const single = chat([...reasoning(500, ' hm'), ...answer(80, ' word')], of(580, 500));
    expect(speed(single)).toEqual([100, 'derived']);
    expect(single.timing.decodeMs).toBe(5_790);
    const words = ' one two three four five';
    const several = chat([...reasoning(100, words), ...answer(16, words)], of(580, 500));
    expect(speed(several)).toEqual([(579 / 1_150) * 1_000, 'derived']);
  });

  it('counts if it is a part of the text, or comes after a text', () => {
    const tagged = chat([...text(500, ' hm'), ...answer(80, ' word')], of(580, 500));
    expect(speed(tagged)).toEqual([100, 'derived']);
    const after = chat([...text(80), ...reasoning(500, ' hm').slice(1)], of(579, 499));
    expect(speed(after)).toEqual([100, 'derived']);
  });
});

it('chunks with several tokens, or with characters of several tokens, have a speed', () => {
  const words = ' one two three four five';
  expect(speed(chat(text(80, words), of(400, null)))).toEqual([(399 / 790) * 1_000, 'derived']);
  expect(speed(chat(text(80, 'ខ'), of(240, null)))).toEqual([(239 / 790) * 1_000, 'derived']);
});
