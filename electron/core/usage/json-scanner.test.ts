import { describe, expect, it } from 'vitest';
import { JsonScanner } from './json-scanner.ts';
import { SAMPLE, VALUE, array, object, visit } from './json-shape.ts';

const SHAPE = object({
  model: VALUE,
  prompt: SAMPLE,
  usage: VALUE,
  response: object({ usage: VALUE, model: VALUE }),
  choices: array(object({ index: VALUE, delta: object({ content: SAMPLE }) })),
  messages: array(object({ content: array(object({ type: visit('part') })) })),
});

interface Scanned {
  readonly values: readonly unknown[];
  readonly visits: readonly string[];
  readonly scanner: JsonScanner;
}

function scan(text: string | Buffer, size = Infinity): Scanned {
  const values: unknown[] = [];
  const visits: string[] = [];
  const scanner = new JsonScanner(SHAPE, {
    value: (value) => values.push(value),
    visit: (name, value) => visits.push(`${name}:${JSON.stringify(value)}`),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) scanner.push(bytes.subarray(at, at + size));
  scanner.end();
  return { values, visits, scanner };
}

describe('JsonScanner', () => {
  it('keeps the wanted parts and nothing else, in pieces of any size', () => {
    const text = JSON.stringify({
      other: { model: 'no', usage: [1, { usage: 2 }] },
      model: 'a"\\é🎈',
      choices: [{ index: 0, delta: { content: 'x', more: 1 } }, {}, { index: 1 }],
      response: { usage: { n: [1, 2] }, model: null },
    });
    for (const size of [1, 2, 3, 7, 1000]) {
      expect(scan(text, size).values).toEqual([
        {
          model: 'a"\\é🎈',
          choices: [{ index: 0, delta: { content: 'x' } }, { index: 1 }],
          response: { usage: { n: [1, 2] }, model: null },
        },
      ]);
    }
  });

  it('lets the last of several members of one name win, whatever it is', () => {
    expect(scan('{"model":"a","usage":{"n":1},"model":"b","usage":null}').values).toEqual([
      { model: 'b', usage: null },
    ]);
    expect(scan('{"response":{"model":"a"},"response":3}').values).toEqual([{}]);
  });

  it('understands escaped names', () => {
    expect(scan('{"mod\\u0065l":"a","us\\"age":1}').values).toEqual([{ model: 'a' }]);
  });

  it('shows that an array is not empty without keeping its elements', () => {
    expect(scan('{"messages":[]}').values).toEqual([{ messages: [] }]);
    expect(scan('{"messages":[{"role":"user"}]}').values).toEqual([{ messages: [null] }]);
  });

  it('reports visited members of any number of elements', () => {
    const part = '{"content":[{"type":"text","text":"x"},{"type":"image_url"}]}';
    const { visits } = scan(`{"messages":[${Array.from({ length: 3000 }, () => part).join()}]}`);
    expect(visits).toHaveLength(6000);
    expect(visits.at(-1)).toBe('part:"image_url"');
  });

  it('samples what is large', () => {
    const long = 'x'.repeat(100_000);
    expect(scan(JSON.stringify({ prompt: long })).values).toEqual([{ prompt: '…' }]);
    expect(scan(JSON.stringify({ prompt: [long] })).values).toEqual([{ prompt: [null] }]);
    expect(scan(JSON.stringify({ prompt: { long } })).values).toEqual([{ prompt: { '…': null } }]);
    expect(scan(JSON.stringify({ prompt: [] })).values).toEqual([{ prompt: [] }]);
  });

  it('drops a wanted value that is too large and goes on', () => {
    const text = JSON.stringify({ usage: { x: 'x'.repeat(70_000) }, model: 'm' });
    expect(scan(text, 1000).values).toEqual([{ model: 'm' }]);
  });

  it('hands out the elements of a top-level array one by one', () => {
    const { values, scanner } = scan('[{"model":"a"},3,[{"model":"no"}],{"model":"b"}]');
    expect(values).toEqual([{ model: 'a' }, { model: 'b' }]);
    expect(scanner.complete).toBe(true);
  });

  it('reads documents in a row', () => {
    const { values, scanner } = scan('\ufeff {"model":"a"}\r\n{"model":"b"} 17');
    expect(values).toEqual([{ model: 'a' }, { model: 'b' }]);
    expect(scanner.documents).toBe(3);
    expect(scanner.complete).toBe(true);
  });

  it('tells what is there while the rest is still to come', () => {
    const { scanner } = scan('{"model":"a","messages":[{"content":"lo');
    expect(scanner.unfinished).toEqual({ model: 'a' });
    expect(scanner.complete).toBe(false);
  });

  it.each(['{"a":1', '{"a"', '{"model":"x', '{"model":tru', '[1,2', '"abc', '', '   '])(
    'takes %j for unfinished',
    (text) => {
      expect(scan(text).scanner.complete).toBe(false);
    },
  );

  it.each([
    'hello',
    '{a:1}',
    '{"model":nul}',
    '{"model":1]',
    '[1,]',
    '{"a" 1}',
    '{} x',
    '}',
    '\u0000',
  ])('takes %j for no JSON', (text) => {
    const { scanner } = scan(text);
    expect(scanner.broken).toBe(true);
    expect(scanner.complete).toBe(false);
  });

  it('survives lone surrogates and bytes that are no UTF-8', () => {
    expect(scan('{"model":"\\ud800x"}').values).toEqual([{ model: '\ud800x' }]);
    const bytes = Buffer.concat([
      Buffer.from('{"model":"'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"}'),
    ]);
    expect(scan(bytes).values).toEqual([{ model: '\ufffd\ufffd' }]);
  });

  it('finds strings to end only at a quote that is not escaped, wherever chunks end', () => {
    const tricky = ['\\', '\\\\', '"', 'a\\"', `${'b'.repeat(60)}\\`, '"\\'.repeat(50)];
    const text = JSON.stringify(
      Object.fromEntries([...tricky.map((t, i) => [`k${i}`, t]), ['model', 'm']]),
    );
    for (let size = 1; size < 80; size += 1)
      expect(scan(text, size).values).toEqual([{ model: 'm' }]);
  });

  it('needs no memory for depth', () => {
    const depth = 100_000;
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = open.repeat(depth) + '1' + close.repeat(depth);
      const { values, scanner } = scan(`{"x":${deep},"usage":${deep},"model":"m"}`, 4096);
      expect(values).toEqual([{ model: 'm' }]);
      expect(scanner.retainedBytes).toBeLessThan(128 * 1024);
    }
  });

  it('keeps a bounded amount of endless arrays and strings', () => {
    const scanner = new JsonScanner(SHAPE, { value: () => undefined });
    scanner.push(Buffer.from('{"choices":['));
    const element = Buffer.from(
      `${JSON.stringify({ index: 1, delta: { content: 'x'.repeat(200) } })},`.repeat(100),
    );
    for (let i = 0; i < 500; i += 1) scanner.push(element);
    scanner.push(Buffer.from('{"index":"'));
    for (let i = 0; i < 500; i += 1) scanner.push(Buffer.alloc(10_000, 'x'));
    const kept = JSON.stringify(scanner.unfinished).length;
    expect(kept).toBeLessThan(600_000);
    expect(scanner.broken).toBe(false);
  });
});
