import { describe, expect, it } from 'vitest';
import { RECORDINGS } from './fixtures/all.ts';
import { JsonReader, MAX_WHOLE } from './json-reader.ts';
import type { ObjectShape, ScanSink } from './json-shape.ts';
import { JsonScanner } from './json-scanner.ts';
import { SAMPLE, VALUE, array, object, visit } from './json-shape.ts';
import { OPENAI_LENS } from './openai-request.ts';

const SHAPE = object({
  model: VALUE,
  error: SAMPLE,
  prompt: SAMPLE,
  usage: VALUE,
  done: VALUE,
  images: visit('images'),
  response: object({ usage: VALUE, model: VALUE }),
  choices: array(object({ index: VALUE, delta: object({ content: SAMPLE }) })),
  messages: array(object({ content: array(object({ type: visit('part') })) })),
});

type Kind = new (root: ObjectShape, sink: ScanSink) => JsonReader | JsonScanner;

/** All that can be told of a body after it was read in pieces of one size. */
function read(Reader: Kind, body: string | Buffer, size = Infinity, shape = SHAPE): unknown {
  const values: [unknown, number][] = [];
  const visits = new Set<string>();
  const reader = new Reader(shape, {
    value: (value, index) => values.push([value, index]),
    visit: (name, value) => visits.add(`${name}:${JSON.stringify(value)}`),
  });
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  reader.end();
  const { documents, complete, unfinished } = reader;
  return { values, visits: [...visits].sort(), documents, complete, unfinished };
}

const LONG = 'x'.repeat(300);
const BODIES = [
  '{"model":"m","usage":{"n":[1,2.5e3]},"other":[{"model":"no"}]}',
  '{"mod\\u0065l":"é🎈","model\\u0000":1}',
  '{"model":"a","usage":{"n":1},"model":"b","usage":null}',
  '{"response":{"model":"a"},"response":{"usage":1}}',
  '{"response":{"model":"a"},"response":3}',
  '{"response":[1],"choices":{},"messages":"text","usage":{}}',
  '{"choices":[1,null,{},[],{"index":0},{"delta":{"content":"x","more":1}}]}',
  '{"choices":[{}],"messages":[]}',
  '{"messages":[{"content":[{"type":"text"},{"type":{"image":1}}]},{"content":"x"}],"images":[]}',
  `{"prompt":"${LONG}","error":{"${LONG}":1}}`,
  `{"prompt":["${LONG}"],"error":"","images":["${LONG}"]}`,
  `{"prompt":"${'x'.repeat(254)}","error":"${'x'.repeat(255)}"}`,
  '{"__proto__":{"model":"a"},"constructor":1}',
  '{"response":{"__proto__":{"model":"a"}},"usage":{"__proto__":1}}',
  '{"model":"\\ud800x","prompt":"\\udc00"}',
  '\ufeff{"model":"m"}',
  ' \r\n\t{"model":"m"}\r\n ',
  '{"model":"a"}\n{"model":"b"}\n',
  '{"model":"a"} 17 [{"model":"b"}]',
  '[{"model":"a"},3,[{"model":"no"}],{"model":"b"},{}]',
  '[]',
  '{}',
  '17',
  '"text]"',
  '',
  ' ',
  '{"model":"m","usage":{"n":1},"messages":[{"content":[{"type":"text"}]}',
  '{"model":"m","usage":tru}',
  '{"model":"m","other":tru,"done":false}',
  '{"model":"m",}',
  '{"model":"m"}}',
  '{"model":"m"} x',
  'no JSON {}',
  `{"x":${'['.repeat(1500)}${']'.repeat(1500)},"model":"m"}`,
  '['.repeat(4000),
  '{"usage":'.repeat(400),
];

describe('JsonReader', () => {
  it('finds what the scanner finds, wherever a body is cut', () => {
    for (const body of BODIES) {
      const expected = read(JsonScanner, body);
      const everySize = Array.from({ length: body.length + 1 }, (_, i) => i + 1);
      for (const size of body.length < 200 ? everySize : [1, 7, 500, 9000]) {
        expect(read(JsonReader, body, size), `${body.slice(0, 200)} by ${size}`).toEqual(expected);
      }
    }
  });

  it('finds what the scanner finds in recorded traffic, whole or broken off', () => {
    for (const { request, body } of RECORDINGS) {
      for (const text of [request, body]) {
        for (const part of [text, text.slice(0, -1), text.slice(0, text.length / 2)]) {
          for (const shape of [SHAPE, OPENAI_LENS.shape]) {
            const expected = read(JsonScanner, part, Infinity, shape);
            expect(read(JsonReader, part, Infinity, shape), part).toEqual(expected);
            expect(read(JsonReader, part, 50, shape), part).toEqual(expected);
          }
        }
      }
    }
  });

  it('finds the same on either side of the size up to which it parses', () => {
    for (const size of [MAX_WHOLE - 1, MAX_WHOLE, MAX_WHOLE + 1, 40 * MAX_WHOLE]) {
      const empty = '{"model":"m","padding":"","usage":{"n":1}}';
      const body = empty.replace('""', `"${'x'.repeat(size - empty.length)}"`);
      for (const piece of [1000, MAX_WHOLE, Infinity]) {
        expect(read(JsonReader, body, piece)).toEqual(read(JsonScanner, body));
      }
    }
  });

  it('parses what is small and scans what is large', () => {
    // Only parsing tells the last of several visited members from the others.
    const body = '{"images":["x"],"images":[],"padding":""}';
    const large = body.replace('""', `"${'x'.repeat(MAX_WHOLE)}"`);
    expect(read(JsonReader, body)).toMatchObject({ visits: ['images:[]'] });
    expect(read(JsonReader, large)).toMatchObject({ visits: ['images:["x"]', 'images:[]'] });
  });

  it('delivers each document as soon as it ends with a chunk', () => {
    const values: unknown[] = [];
    const reader = new JsonReader(SHAPE, { value: (value) => values.push(value) });
    reader.push(Buffer.from('{"model":'));
    reader.push(Buffer.from('"a"}\n'));
    expect(values).toEqual([{ model: 'a' }]);
    expect(reader.complete).toBe(true);
    reader.push(Buffer.from('{"model":"b"}'));
    expect(values).toEqual([{ model: 'a' }, { model: 'b' }]);
    expect(reader.documents).toBe(2);
  });

  it('tells what is there at any time, and goes on from there', () => {
    const values: unknown[] = [];
    const reader = new JsonReader(SHAPE, { value: (value) => values.push(value) });
    expect(reader.unfinished).toBeUndefined();
    reader.push(Buffer.from('{"model":"a","usage":{"n"'));
    expect(reader.unfinished).toEqual({ model: 'a' });
    expect(reader.complete).toBe(false);
    reader.push(Buffer.from(':1}}'));
    expect(values).toEqual([{ model: 'a', usage: { n: 1 } }]);
    expect(reader.unfinished).toBeUndefined();
    expect(reader.complete).toBe(true);
  });

  it('holds a bounded amount of a body that does not end', () => {
    const reader = new JsonReader(SHAPE, { value: () => undefined });
    reader.push(Buffer.from('{"padding":"'));
    for (let i = 0; i < 500; i += 1) {
      reader.push(Buffer.alloc(700, 'x'));
      expect(reader.retainedBytes).toBeLessThanOrEqual(2 * MAX_WHOLE);
    }
  });
});
