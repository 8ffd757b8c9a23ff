import { describe, expect, it } from 'vitest';
import { foreignJson, foreignName, foreignText } from './foreign-name.ts';

describe('a name from outside', () => {
  it.each([
    ['qwen3:8b', 'qwen3:8b'],
    ['模型:7b', '模型:7b'],
    ['a\nb', 'a⟨U+000A⟩b'],
    ['a\u001b[31mred', 'a⟨U+001B⟩[31mred'],
    ['a\u2028b', 'a⟨U+2028⟩b'],
    ['txt.\u202egpj', 'txt.⟨U+202E⟩gpj'],
    ['qw\u200ben', 'qw⟨U+200B⟩en'],
    ['a\u{e0041}b', 'a⟨U+E0041⟩b'],
    ['נמל:8b', '\u2068נמל:8b\u2069'],
    ['\u2069evil\u2068', '⟨U+2069⟩evil⟨U+2068⟩'],
  ])('%j is shown as %j', (name, shown) => {
    expect(foreignName(name)).toBe(shown);
  });

  it('loses its middle if it is long, and no half of a character stays', () => {
    expect(foreignName('hf.co/someone/very-long-GGUF:Q4_K_M', 20)).toBe('hf.co/some…UF:Q4_K_M');
    expect(foreignName('😀'.repeat(30), 5)).toBe('😀😀…😀😀');
  });
});

describe('a text with such names', () => {
  it('keeps its lines and shows what is in them', () => {
    expect(foreignText('Unload a\u202eb\nnow')).toBe('Unload a⟨U+202E⟩b\nnow');
  });
});

describe('JSON with such names', () => {
  it('shows them as escapes and means the same', () => {
    const value = { model: 'a\u202eb\u{e0041}c\u0007' };
    const safe = foreignJson(JSON.stringify(value));
    expect(safe).toBe(String.raw`{"model":"a\u202eb\udb40\udc41c\u0007"}`);
    expect(JSON.parse(safe)).toEqual(value);
  });
});
