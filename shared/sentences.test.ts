import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_FORMAT_LOCALE, setFormatLocale } from './format-locale.ts';
import { sentences as de } from './messages/de/sentences.ts';
import { sentences as en } from './messages/en/sentences.ts';
import { sentences as zhCn } from './messages/zh-CN/sentences.ts';
import { inEnglish, sentence, textOf } from './sentences.ts';

afterEach(() => {
  setFormatLocale(DEFAULT_FORMAT_LOCALE);
});

const loaded = sentence('cold_load', { time: { value: 12_400, unit: 'ms' } });

describe('a sentence of the core', () => {
  it('is said in each language, with the numbers of the locale', () => {
    expect(inEnglish(loaded)).toBe('Waited 12.4 s while the model was loaded.');
    expect(textOf(loaded, zhCn)).toBe('加载模型时等待了 12.4 s。');
    setFormatLocale('de-DE');
    expect(textOf(loaded, de)).toBe('Wartete 12,4 s, während das Modell geladen wurde.');
  });

  it('may contain the text of another code', () => {
    const also = sentence('also', { cause: { text: 'name_queue' } });
    expect(textOf(also, de)).toBe('Außerdem: Warten in der Warteschlange');
  });

  it('of another version is not said in part', () => {
    expect(textOf({ code: 'of_the_future', params: {} }, de)).toBeNull();
    expect(textOf({ code: 'toString', params: {} }, de)).toBeNull();
    expect(textOf({ code: 'cold_load', params: {} }, de)).toBeNull();
    expect(textOf({ code: 'also', params: { cause: { text: 'new' } } }, de)).toBeNull();
  });

  it('keeps what a name contains', () => {
    const named = sentence('advise_close', { process: '$& {gpu}' });
    expect(inEnglish(named)).toBe('Close $& {gpu} while models work, or give it another GPU.');
  });
});

/** Those that are the same in a language that takes the English word. */
const SAME = ['fact_prompt', 'alert_percentile', 'looked_in', 'settings_fault'];

it('has simple values in all languages, and no text is left in English', () => {
  for (const [code, english] of Object.entries(en)) {
    const names = english.match(/\{\w+\}/g) ?? [];
    // Keys of the API become snake_case and back.
    expect(names.filter((name) => !/^\{[a-z]+\}$/.test(name))).toEqual([]);
    expect(english.match(/\{/g) ?? []).toHaveLength(names.length);
    for (const texts of [de, zhCn] as Readonly<Record<string, string>>[]) {
      expect((texts[code]?.match(/\{\w+\}/g) ?? []).sort()).toEqual([...names].sort());
      // Some only join others.
      const hasWords = /[a-z]/i.test(english.replace(/\{\w+\}/g, ''));
      if (hasWords && !SAME.includes(code)) expect(texts[code]).not.toBe(english);
    }
  }
});
