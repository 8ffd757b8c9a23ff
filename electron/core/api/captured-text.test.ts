import { describe, expect, it, test } from 'vitest';
import { answerOf, promptOf } from './captured-text.ts';

const bytes = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const lines = (frames: readonly unknown[], prefix = ''): Uint8Array =>
  bytes(frames.map((frame) => `${prefix}${JSON.stringify(frame)}\n`).join('\n'));

const user = { role: 'user', content: 'Second?' };

test('endless nesting gives no text', () => {
  const deep = `${'['.repeat(200_000)}"x"${']'.repeat(200_000)}`;
  expect(promptOf(bytes(`{"prompt":${deep}}`))).toBeNull();
  expect(answerOf(bytes(`{"content":${deep}}`))).toBeNull();
});

describe('a prompt', () => {
  it.each<[string, unknown, string | null]>([
    ['of a completion', { prompt: 'Read.' }, 'Read.'],
    ['of several', { prompt: ['Read ', 'this.'] }, 'Read this.'],
    [
      'of a chat: its user’s last message',
      {
        messages: [
          { role: 'user', content: 'First?' },
          { role: 'assistant', content: 'Yes.' },
          user,
        ],
      },
      'Second?',
    ],
    [
      'in parts',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Look: ' },
              { type: 'image_url', image_url: {} },
            ],
          },
        ],
      },
      'Look: ',
    ],
    ['of an embedding', { input: ['One. ', 'Two.'] }, 'One. Two.'],
    [
      'of a response',
      { input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }] },
      'Hi',
    ],
    ['of a ranking', { query: 'Which?', documents: [] }, 'Which?'],
    ['in tokens', { prompt: [1, 2, 3] }, null],
    ['of nothing', {}, null],
    ['that was cut off', '{"prompt": "Rea', null],
    ['that is no text', '\u0000', null],
  ])('%s', (_what, body, wanted) => expect(promptOf(bytes(body))).toBe(wanted));

  it('in bytes that are not text', () => {
    expect(promptOf(Uint8Array.of(0xff, 0xfe))).toBeNull();
    expect(answerOf(Uint8Array.of(0xff, 0xfe))).toBeNull();
  });
});

describe('an answer', () => {
  const delta = (content: string | null): object => ({ choices: [{ delta: { content } }] });
  it.each<[string, Uint8Array, string | null]>([
    ['of Ollama', bytes({ message: { role: 'assistant', content: 'Hi' }, done: true }), 'Hi'],
    [
      'of Ollama, streamed',
      lines([{ response: 'wö' }, { response: 'rd' }, { response: '', done: true }]),
      'wörd',
    ],
    ['of OpenAI', bytes({ choices: [{ message: { content: 'Hi' } }] }), 'Hi'],
    ['of OpenAI, completed', bytes({ choices: [{ text: 'Hi' }] }), 'Hi'],
    [
      'of OpenAI, streamed',
      Buffer.concat([
        lines([delta(null), delta('H'), delta('i')], 'data: '),
        bytes('data: [DONE]\n'),
      ]),
      'Hi',
    ],
    ['of Anthropic', bytes({ type: 'message', content: [{ type: 'text', text: 'Hi' }] }), 'Hi'],
    [
      'of Anthropic, streamed',
      lines(
        [
          { type: 'message_start', message: { content: [] } },
          { type: 'content_block_delta', delta: { type: 'text_delta', text: 'H' } },
          { type: 'content_block_delta', delta: { type: 'text_delta', text: 'i' } },
          { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
        ],
        'data: ',
      ),
      'Hi',
    ],
    [
      'of OpenAI’s responses, streamed',
      lines(
        [
          { type: 'response.output_text.delta', delta: 'H' },
          { type: 'response.output_text.delta', delta: 'i' },
          { type: 'response.completed', response: { output: [{ content: [{ text: 'Hi' }] }] } },
        ],
        'data: ',
      ),
      'Hi',
    ],
    [
      'of llama.cpp, streamed',
      lines([{ content: 'H' }, { content: 'i', stop: true }], 'data: '),
      'Hi',
    ],
    ['that was cut off', bytes('{"response":"H"}\n{"response":"i"}\n{"respo'), 'Hi'],
    ['of an embedding', bytes({ embeddings: [[0.5]] }), null],
    ['of an error', bytes({ error: { message: 'no' } }), null],
    ['of nothing', bytes(''), null],
  ])('%s', (_what, body, wanted) => expect(answerOf(body)).toBe(wanted));
});
