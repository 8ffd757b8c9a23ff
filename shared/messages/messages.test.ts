import { createTranslator } from 'use-intl/core';
import { describe, expect, it } from 'vitest';
import { de } from './de/index.ts';
import { en } from './en/index.ts';
import { chooseLocale } from './messages.ts';
import type { Messages } from './messages.ts';
import { zhCn } from './zh-CN/index.ts';

const TRANSLATIONS: Readonly<Record<'de' | 'zh-CN', Messages>> = { de, 'zh-CN': zhCn };

/** All texts by their paths. */
function textsOf(messages: object, path = ''): [path: string, text: string][] {
  return Object.entries(messages).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? textsOf(value, `${path}${key}.`)
      : [[`${path}${key}`, String(value)] as [string, string]],
  );
}

/** The names that a text takes: `{count, plural, …}` and `{name}`, and its tags. */
function namesIn(text: string): string[] {
  const tags = [...text.matchAll(/<(\w+)>/g)].map(([tag]) => tag);
  return [...new Set([...argumentsOf(text), ...tags])].sort();
}

/** Arguments at every level. The branches of an argument, `one {…}`, are texts of their own. */
function argumentsOf(text: string): string[] {
  return bracesOf(text).flatMap((inside) => {
    const [name = '', kind = '', ...rest] = inside.split(',');
    const hasBranches = /plural|select/.test(kind);
    return [name.trim(), ...(hasBranches ? bracesOf(rest.join(',')).flatMap(argumentsOf) : [])];
  });
}

/** What stands in the outermost braces. */
function bracesOf(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{' && depth++ === 0) start = at + 1;
    if (text[at] === '}' && --depth === 0) found.push(text.slice(start, at));
  }
  return found;
}

const english = new Map(textsOf(en));

describe.each(['de', 'zh-CN'] as const)('the texts in %s', (locale) => {
  const messages = TRANSLATIONS[locale];
  const translated = textsOf(messages);

  it('have the keys of the English ones, and none is empty', () => {
    expect(translated.map(([path]) => path).sort()).toEqual([...english.keys()].sort());
    const empty = translated.filter(([path, text]) => text === '' && english.get(path) !== '');
    expect(empty).toEqual([]);
  });

  it('take the same values', () => {
    const wrong = translated.filter(
      ([path, text]) => namesIn(text).join() !== namesIn(english.get(path) ?? '').join(),
    );
    expect(wrong).toEqual([]);
  });

  it('can be parsed', () => {
    const failures: string[] = [];
    const translate = createTranslator({
      locale,
      messages,
      onError: ({ message }) => {
        // Values are not given here.
        if (message.startsWith('INVALID_MESSAGE')) failures.push(message);
      },
    });
    for (const [path] of translated) (translate as (path: string) => string)(path);
    expect(failures).toEqual([]);
  });
});

describe('the language', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['fr', 'zh'], 'zh-CN'],
    [['zh-Hans-SG'], 'zh-CN'],
    [['zh-TW', 'de'], 'de'],
    [['zh-Hant'], 'en'],
    [['fr'], 'en'],
    [['C', 'POSIX', 'de_DE', 'de'], 'de'],
    [[], 'en'],
    [['c', 'de-AT'], 'de'],
  ])('of someone who prefers %j is %s', (preferred, locale) => {
    expect(chooseLocale(preferred)).toBe(locale);
  });
});
