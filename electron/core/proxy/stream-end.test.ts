import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_BYTES, completion, lastBytes, streamFormat } from './stream-end.ts';
import type { StreamFormat } from './stream-end.ts';

function after(format: StreamFormat, text: string): string | null {
  return completion(format, lastBytes(NO_BYTES, Buffer.from(text)));
}

describe('the end of a stream', () => {
  test.each([
    ['', ''],
    ['data: 1\n\n', ''],
    ['data: 1\r\n\r\n', ''],
    ['data: 1\n\r\n', ''],
    ['data: 1\r\r\n', ''],
    ['data: 1\n', '\n'],
    ['data: 1\r\n', '\n'],
    ['data: 1\r', '\n\n'],
    ['\n', ''],
    ['data: {"a', null],
    ['data: 1\n\ndata: {"a', null],
  ])('after %j of an event stream %j must follow', (text, missing) => {
    expect(after('events', text)).toBe(missing);
  });

  test.each([
    ['', ''],
    ['{"a":1}\n', ''],
    ['{"a":1}\r\n', ''],
    ['{"a":1}', null],
    ['{"a":1}\n{"a"', null],
  ])('after %j of JSON lines %j must follow', (text, missing) => {
    expect(after('lines', text)).toBe(missing);
  });

  test('the last bytes do not depend on how the body is cut into chunks', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é'), maxLength: 12 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(4), { maxLength: 12 }), (body, cuts) => {
        const bytes = Buffer.from(body);
        let last = NO_BYTES;
        let at = 0;
        for (const length of [...cuts, bytes.length]) {
          last = lastBytes(last, bytes.subarray(at, at + length));
          at += length;
        }
        expect(last).toBe(lastBytes(NO_BYTES, bytes));
      }),
    );
  });

  test('only event streams and JSON lines have a form, and only if they are not compressed', () => {
    const of = (type: string, coding?: string): unknown =>
      streamFormat({ 'content-type': type, 'content-encoding': coding });
    expect(of('text/event-stream; charset=utf-8')).toBe('events');
    expect(of('Application/X-NDJSON', 'identity')).toBe('lines');
    expect(of('text/event-stream', 'gzip')).toBeNull();
    expect(of('application/json')).toBeNull();
    expect(streamFormat({})).toBeNull();
  });
});
