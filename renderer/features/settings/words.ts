import { useTranslations } from 'use-intl';
import { en } from '../../../shared/messages/en/index.ts';
import type { SettingPath } from './catalogue.ts';
import { valueAt } from './document.ts';
import { problemsOf } from './problems.ts';

/** What a setting is called, and the consequence of changing it. */
export interface Words {
  readonly label: string;
  readonly hint: string | undefined;
}

/** Where the words of a setting are in the catalogue of texts. */
export function wordsKey(path: string): string {
  return path.replaceAll('*', 'each');
}

/** True if the catalogue has words at this key. All languages have those of English. */
export function hasWords(key: string): boolean {
  return typeof valueAt(en.settings, key) === 'string';
}

/** The words of any setting. */
export function useWords(): (path: SettingPath) => Words {
  const text = useTranslations('settings') as (key: string) => string;
  return (path) => {
    const key = `fields.${wordsKey(path)}`;
    const hasHint = hasWords(`${key}.hint`);
    return { label: text(`${key}.label`), hint: hasHint ? text(`${key}.hint`) : undefined };
  };
}

/** The word of an option of a setting, such as `themes.dark`; the value itself without one. */
export function useOptionWord(): (words: string | undefined, option: string) => string {
  const text = useTranslations('settings') as (key: string) => string;
  return (words, option) => {
    const key = `${words ?? ''}.${option.replaceAll('-', '_')}`;
    return words !== undefined && hasWords(key) ? text(key) : option;
  };
}

/** Names the settings in the core's answer to a change, whose paths are not for people. */
export function useNamedProblems(): (line: string) => string {
  const text = useTranslations('settings') as (key: string) => string;
  const nameOf = (path: string): string => {
    const key = `fields.${path.replace(/\.\d+(?=\.|$)/g, '.each')}.label`;
    return hasWords(key) ? text(key) : path;
  };
  return (line) => {
    const named = [...problemsOf(line)].map(([path, problem]) =>
      path === '' ? problem : `${nameOf(path)}: ${problem}`,
    );
    return named.join('; ');
  };
}
