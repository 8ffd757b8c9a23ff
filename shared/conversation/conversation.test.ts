import { describe, expect, it, test } from 'vitest';
import { answerText, readAnswer } from './answer.ts';
import { readRequest } from './request.ts';

const CALL = { kind: 'toolCall', name: 'weather', input: '{"city":"Oslo"}' };
const sse = (frames: readonly object[]): string =>
  `${frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')}data: [DONE]\n\n`;

describe('a captured request', () => {
  test('of OpenAI has texts, images, tool calls and their results', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: '1', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
      },
      { role: 'tool', tool_call_id: '1', content: 'Rain' },
    ];
    expect(readRequest(JSON.stringify({ model: 'm', messages }))).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'What is this?' },
          { kind: 'image', source: 'data:image/png;base64,AAAA' },
        ],
      },
      { role: 'assistant', parts: [CALL] },
      { role: 'tool', parts: [{ kind: 'toolResult', name: null, text: 'Rain' }] },
    ]);
  });

  test('of Anthropic has its blocks', () => {
    const asked = {
      system: [{ type: 'text', text: 'S' }],
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm' },
            { type: 'tool_use', name: 'weather', input: { city: 'Oslo' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', content: [{ type: 'text', text: 'Rain' }] },
            { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'BBBB' } },
          ],
        },
      ],
    };
    expect(readRequest(JSON.stringify(asked))).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'S' }] },
      { role: 'assistant', parts: [{ kind: 'reasoning', text: 'Hm' }, CALL] },
      {
        role: 'user',
        parts: [
          { kind: 'toolResult', name: null, text: 'Rain' },
          { kind: 'image', source: 'data:image/jpeg;base64,BBBB' },
        ],
      },
    ]);
  });

  test('of Ollama and of the other APIs has its prompt', () => {
    expect(readRequest(JSON.stringify({ prompt: 'Hi', images: ['CCCC'] }))?.[0]?.parts).toEqual([
      { kind: 'text', text: 'Hi' },
      { kind: 'image', source: 'data:image/png;base64,CCCC' },
    ]);
    const input = [
      { role: 'user', content: [{ type: 'input_text', text: 'Q' }] },
      { type: 'function_call', name: 'weather', arguments: '{"city":"Oslo"}' },
      { type: 'function_call_output', output: 'Rain' },
    ];
    expect(readRequest(JSON.stringify({ input }))?.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
    ]);
    expect(readRequest(JSON.stringify({ input: 'Embed me' }))?.[0]?.parts).toHaveLength(1);
  });

  it.each(['', '{"messages": [', '[]', '{"model": "m"}'])('is not known for %j', (body) => {
    expect(readRequest(body)).toBeNull();
  });
});

describe('a captured answer', () => {
  const wanted = [
    { kind: 'reasoning', text: 'Let me see' },
    { kind: 'text', text: 'It rains.' },
  ];

  test('of OpenAI is read from a stream, with tool calls in pieces', () => {
    const delta = (given: object): object => ({ choices: [{ delta: given }] });
    const body = sse([
      delta({ role: 'assistant', reasoning_content: 'Let me ' }),
      delta({ reasoning_content: 'see' }),
      delta({ content: 'It ' }),
      delta({ content: 'rains.' }),
      delta({ tool_calls: [{ index: 0, function: { name: 'weather', arguments: '{"city"' } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: ':"Oslo"}' } }] }),
      { choices: [], usage: { completion_tokens: 3 } },
    ]);
    expect(readAnswer(body)?.parts).toEqual([...wanted, CALL]);
    expect(answerText(body)).toBe('It rains.');
  });

  test('of Ollama is read from its lines', () => {
    const lines = [
      { message: { role: 'assistant', thinking: 'Let me see' } },
      { message: { content: 'It rains.' } },
      { message: { tool_calls: [{ function: { name: 'weather', arguments: { city: 'Oslo' } } }] } },
      { done: true },
    ];
    const body = lines.map((line) => JSON.stringify(line)).join('\n');
    expect(readAnswer(body)?.parts).toEqual([...wanted, CALL]);
    expect(readAnswer('{"response":"It "}\n{"response":"rains."}')?.parts).toEqual([wanted[1]]);
  });

  test('of Anthropic is read from its events', () => {
    const body = sse([
      { type: 'message_start', message: { content: [] } },
      { type: 'content_block_delta', index: 0, delta: { thinking: 'Let me see' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'It rains.' } },
      {
        type: 'content_block_start',
        index: 2,
        content_block: { type: 'tool_use', name: 'weather' },
      },
      {
        type: 'content_block_delta',
        index: 2,
        delta: { type: 'input_json_delta', partial_json: '{"city":"Oslo"}' },
      },
    ]);
    expect(readAnswer(body)?.parts).toEqual([...wanted, CALL]);
  });

  test('of OpenAI’s responses is read from its events, once', () => {
    const body = sse([
      { type: 'response.reasoning_text.delta', delta: 'Let me see' },
      { type: 'response.output_text.delta', delta: 'It rains.' },
      {
        type: 'response.output_item.done',
        item: { type: 'function_call', name: 'weather', arguments: '{"city":"Oslo"}' },
      },
      { type: 'response.completed', response: { output: [] } },
    ]);
    expect(readAnswer(body)?.parts).toEqual([...wanted, CALL]);
  });

  test('in one piece is read in every API', () => {
    const message = { role: 'assistant', reasoning: 'Let me see', content: 'It rains.' };
    expect(readAnswer(JSON.stringify({ choices: [{ message }] }))?.parts).toEqual(wanted);
    expect(readAnswer(JSON.stringify({ message }))?.parts).toEqual(wanted);
    const text = { response: 'It rains.', thinking: 'Let me see' };
    expect(readAnswer(JSON.stringify(text))?.parts).toEqual(wanted);
    const content = [
      { type: 'thinking', thinking: 'Let me see' },
      { type: 'text', text: 'It rains.' },
    ];
    expect(readAnswer(JSON.stringify({ content }))?.parts).toEqual(wanted);
    expect(readAnswer('{"data": [{"embedding": [1]}]}')).toBeNull();
  });
});
