import fc from 'fast-check';
import { expect, test } from 'vitest';
import { strictHead } from './lenient-head.ts';

const lines = (...all: readonly string[]): string => `${all.join('\r\n')}\r\n\r\n`;

test.each([
  ['a usual head', lines('HTTP/1.1 200 OK', 'A: b', 'Content-Length: 2')],
  ['chunks', lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'A: b:c, d')],
  ['no lines', lines('HTTP/1.1 204 No Content')],
])('%s stays as it is', (_, head) => {
  expect(strictHead(head)).toBeNull();
});

test.each([
  ['LF alone', 'HTTP/1.1 200 OK\nA: b\nC: d\n\n', lines('HTTP/1.1 200 OK', 'A: b', 'C: d')],
  ['LF here and there', 'HTTP/1.1 200 OK\nA: b\r\n\n', lines('HTTP/1.1 200 OK', 'A: b')],
  ['empty lines before it', '\r\n\nHTTP/1.1 200 OK\n\n', lines('HTTP/1.1 200 OK')],
  [
    'spaces before the colon',
    lines('HTTP/1.1 200 OK', 'A : b : c', 'D \t: e'),
    lines('HTTP/1.1 200 OK', 'A: b : c', 'D: e'),
  ],
  [
    'a length twice',
    lines('HTTP/1.1 200 OK', 'content-LENGTH: 2', 'A: b', 'Content-Length:2'),
    lines('HTTP/1.1 200 OK', 'content-LENGTH: 2', 'A: b'),
  ],
  [
    'a length twice in one line',
    lines('HTTP/1.1 200 OK', 'Content-Length: 2, 2', 'A: b'),
    lines('HTTP/1.1 200 OK', 'Content-Length: 2', 'A: b'),
  ],
])('%s is made strict', (_, head, strict) => {
  expect(strictHead(head)).toEqual({ text: strict, isAmbiguous: false });
});

test.each([
  ['Content-Length: 2', 'Transfer-Encoding: chunked'],
  ['Transfer-Encoding : gzip, Chunked', 'Content-Length : 2', 'Content-Length: 3'],
])('chunks win over a length, and the head is ambiguous: %s', (...framing) => {
  const strict = strictHead(lines('HTTP/1.1 200 OK', 'A: b', ...framing));
  expect(strict?.isAmbiguous).toBe(true);
  expect(strict?.text).not.toMatch(/content-length/i);
  expect(strict?.text).toMatch(/\r\nTransfer-Encoding: .*chunked\r\n\r\n$/i);
});

test.each([
  ['different lengths', ['Content-Length: 2', 'Content-Length: 3']],
  ['a length that is none', ['Content-Length: 2', 'Content-Length: two']],
  ['a length written differently', ['Content-Length: 2', 'Content-Length: +2']],
  ['a length beside another coding', ['Content-Length: 2', 'Transfer-Encoding: gzip']],
  ['chunks that are not last', ['Content-Length: 2', 'Transfer-Encoding: chunked, gzip']],
])('%s is left to the parser, which rejects it', (_, framing) => {
  const head = lines('HTTP/1.1 200 OK', ...framing);
  expect(strictHead(head)).toEqual({ text: head, isAmbiguous: false });
});

test('a strict head stays strict, and the result never needs another change', () => {
  const piece = fc.constantFrom(
    ...['HTTP/1.1 200 OK', 'Content-Length', 'Transfer-Encoding', 'chunked', 'A', '2', '3'],
    ...[':', ' ', '\t', ',', '\n', '\r\n', '\r'],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const once = strictHead(`HTTP/1.1 200 OK\n${pieces.join('').replace(/\n\r?\n/g, '\n')}\n\n`);
      const twice = strictHead(once?.text ?? '');
      expect(twice?.text ?? once?.text).toBe(once?.text);
      expect(twice?.isAmbiguous ?? false).toBe(false);
    }),
  );
});
