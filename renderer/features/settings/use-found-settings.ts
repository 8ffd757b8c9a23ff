import { useTranslations } from 'use-intl';
import { SETTING_PATHS, sectionOf } from './catalogue.ts';
import type { SettingPath } from './catalogue.ts';
import { SECTIONS } from './sections.ts';
import type { SectionName } from './sections.ts';
import { useWords } from './words.ts';

/** A setting that a search has found. */
export interface FoundSetting {
  readonly path: SettingPath;
  readonly label: string;
}

/**
 * The settings whose words or name in settings.json contain all words of the search, by section. A
 * section whose own title matches is in it too. Null while nothing is searched.
 */
export function useFoundSettings(
  search: string,
): ReadonlyMap<SectionName, readonly FoundSetting[]> | null {
  const text = useTranslations('settings');
  const words = useWords();
  const wanted = search
    .toLowerCase()
    .split(/\s+/)
    .filter((each) => each !== '');
  if (wanted.length === 0) return null;
  const has = (...texts: readonly (string | undefined)[]): boolean => {
    const all = texts.join(' ').toLowerCase();
    return wanted.every((each) => all.includes(each));
  };
  const found = new Map<SectionName, readonly FoundSetting[]>();
  for (const name of SECTIONS) {
    const title = text(`sections.${name}.title`);
    const matches = SETTING_PATHS.filter((path) => sectionOf(path) === name).flatMap((path) => {
      const { label, hint } = words(path);
      return has(label, hint, path, title) ? [{ path, label }] : [];
    });
    if (matches.length > 0 || has(title, text(`sections.${name}.note`))) found.set(name, matches);
  }
  return found;
}
