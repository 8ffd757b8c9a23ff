import { sentences as german } from '../../shared/messages/de/sentences.ts';
import { sentences as english } from '../../shared/messages/en/sentences.ts';
import type { Locale } from '../../shared/messages/messages.ts';
import { sentences as chinese } from '../../shared/messages/zh-CN/sentences.ts';
import { textOf } from '../../shared/sentences.ts';
import type { Sentence } from '../../shared/sentences.ts';

const TEXTS = { en: english, de: german, 'zh-CN': chinese } satisfies Record<Locale, unknown>;

/** A sentence of the core in a language; its English text if it has no code. */
export function sayIn(locale: Locale, said: Sentence | null, english: string): string {
  return (said === null ? null : textOf(said, TEXTS[locale])) ?? english;
}
