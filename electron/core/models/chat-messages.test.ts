import { describe, expect, it } from 'vitest';
import { ollamaMessage, openAiMessage } from './chat-messages.ts';

describe('messages of a chat', () => {
  const parts = [
    { type: 'text', text: 'What is' },
    { type: 'text', text: 'this?' },
    { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0' } },
  ];

  it('have their images where the server expects them', () => {
    expect(ollamaMessage({ role: 'user', content: parts })).toEqual({
      role: 'user',
      content: 'What is\nthis?',
      images: ['iVBORw0'],
    });
    const jpeg = { role: 'user', content: 'This?', images: ['/9j/4AAQ'] };
    expect(openAiMessage(jpeg)).toEqual({
      role: 'user',
      content: [
        { type: 'text', text: 'This?' },
        { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,/9j/4AAQ' } },
      ],
    });
  });

  it('have the arguments of tool calls as the server expects them', () => {
    const call = { id: '1', function: { name: 'add', arguments: '{"a":1}' } };
    expect(ollamaMessage({ role: 'assistant', content: '', tool_calls: [call] })).toEqual({
      role: 'assistant',
      content: '',
      tool_calls: [{ id: '1', function: { name: 'add', arguments: { a: 1 } } }],
    });
  });

  it('stay as they are in a form that every server understands', () => {
    const plain = { role: 'user', content: 'Hi' };
    expect(ollamaMessage(plain)).toBe(plain);
    expect(openAiMessage(plain)).toBe(plain);
  });
});
