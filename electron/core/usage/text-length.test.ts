import { describe, expect, it } from 'vitest';
import { pick } from './json-pick.ts';
import { JsonScanner } from './json-scanner.ts';
import { TEXT, object } from './json-shape.ts';
import { at } from './json-text.ts';
import { TextMeter, lengthOf } from './text-length.ts';

const LONE = '\ud800';
const TEXTS = [
  '',
  'plain',
  'tab\tline\nquote" back\\ slash/',
  'Grüße',
  '日本語',
  'नमस्ते',
  '🎈🎉',
  LONE,
];

/** As servers write JSON: as it is, or with escapes for everything beyond ASCII. */
function forms(text: string): string[] {
  const json = JSON.stringify(text);
  const escaped = json.replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [json, escaped];
}

describe('the length of a text', () => {
  it('is counted as JavaScript counts it, however the text is written and cut', () => {
    for (const text of TEXTS.filter((one) => one !== LONE)) {
      for (const form of forms(text)) {
        const bytes = Buffer.from(form);
        for (let cut = 0; cut <= bytes.length; cut += 1) {
          const meter = new TextMeter();
          meter.add(bytes, 0, cut);
          meter.add(bytes, cut, bytes.length);
          expect(meter.characters, form).toBe(text.length);
        }
        const meter = new TextMeter();
        const latin1 = bytes.toString('latin1');
        meter.addLatin1(latin1, 0, latin1.length);
        expect(meter.characters).toBe(text.length);
      }
    }
  });

  it('is known of texts that are too long to keep, by either reader', () => {
    const shape = object({ content: TEXT });
    for (const text of TEXTS.map((one) => one.repeat(300))) {
      const picked = pick({ content: text }, shape, () => undefined);
      expect(lengthOf(at(picked, 'content'))).toBe(text.length);
      let scanned: unknown;
      const scanner = new JsonScanner(shape, { value: (value) => (scanned = value) });
      scanner.push(Buffer.from(JSON.stringify({ content: text })));
      expect(lengthOf(at(scanned, 'content')), text.slice(0, 9)).toBe(text.length);
    }
  });

  it('is 0 for what is no text', () => {
    for (const value of [undefined, null, 7, {}, ['text']]) expect(lengthOf(value)).toBe(0);
  });
});
