import { describe, expect, it } from 'vitest';
import { createSseReader } from './sse.ts';
import type { SseMessage } from './sse.ts';

function read(...pieces: string[]): SseMessage[] {
  const messages: SseMessage[] = [];
  const reader = createSseReader((message) => messages.push(message));
  for (const piece of pieces) reader(piece);
  return messages;
}

const STREAM =
  'retry: 1000\n\n: hello\n\nevent: live\ndata: {"a":1}\nid: 7\n\ndata:first\ndata\ndata:  third\r\n\r\nid: 8\rdata: x\r\r';
const MESSAGES = [
  { event: 'live', data: '{"a":1}', id: '7' },
  { event: 'message', data: 'first\n\n third', id: '7' },
  { event: 'message', data: 'x', id: '8' },
];

describe('server-sent events', () => {
  it('are read with every kind of line end, comments and fields without a value', () => {
    // The last carriage return may be half of a line end; the next character decides.
    expect(read(STREAM, ':')).toEqual(MESSAGES);
  });

  it('are the same for all chunk boundaries', () => {
    expect(read(...Array.from(STREAM), ':')).toEqual(MESSAGES);
    for (let cut = 1; cut < STREAM.length; cut += 1) {
      expect(read(STREAM.slice(0, cut), STREAM.slice(cut), ':')).toEqual(MESSAGES);
    }
  });

  it('are complete only after their empty line', () => {
    expect(read('data: cut o')).toEqual([]);
    expect(read('data: cut off\n')).toEqual([]);
  });
});
