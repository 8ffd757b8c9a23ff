/** Sentences that the core makes. The window has them in its language, by their codes and values. */
import {
  formatBytes,
  formatClockRate,
  formatCompact,
  formatCount,
  formatDuration,
  formatElapsed,
  formatFactor,
  formatMean,
  formatPercent,
  formatPower,
  formatRate,
  formatRateValue,
  formatSpan,
  formatTokens,
} from './format.ts';
import { formatTemperature } from './format-temperature.ts';
import { formatJoulesPerToken, formatWattHours } from './format-energy.ts';
import { sentences } from './messages/en/sentences.ts';

type English = typeof sentences;
export type SentenceCode = keyof English;

/** How a number in a sentence is formatted, by name. `compact` is for texts that have the noun. */
const FORMATS = {
  ms: formatDuration,
  elapsed: formatElapsed,
  tokens: formatTokens,
  compact: formatCompact,
  tokens_per_second: formatRate,
  watts: formatPower,
  bytes: formatBytes,
  percent: formatPercent,
  factor: formatFactor,
  megahertz: formatClockRate,
  celsius: formatTemperature,
  mean: formatMean,
  count: formatCount,
  rate: formatRateValue,
  span: formatSpan,
  watt_hours: (hours: number) => `${formatWattHours(hours * 3_600)} Wh`,
  joules_per_token: formatJoulesPerToken,
} as const;
export type SentenceUnit = keyof typeof FORMATS;
export const SENTENCE_UNITS = Object.keys(FORMATS) as SentenceUnit[];

/** Those without values. */
export type PlainCode = PlainOf<SentenceCode>;
type PlainOf<C extends SentenceCode> = C extends unknown
  ? NamesOf<English[C]> extends never
    ? C
    : never
  : never;

/**
 * A name or a setting, a number with its unit, the code of a text without values, or a sentence in
 * the sentence.
 */
export type SentenceValue =
  | string
  | { readonly value: number; readonly unit: SentenceUnit }
  | { readonly text: string }
  | Sentence;

/** `code` is a string, because another version may have sentences that this one does not know. */
export interface Sentence {
  readonly code: string;
  readonly params: Readonly<Record<string, SentenceValue>>;
}

/** A sentence, or words that have no code: those of another program. */
export type Message = Sentence | string;

/** The names in braces of a text. */
type NamesOf<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesOf<Rest>
  : never;
type ParamsOf<C extends SentenceCode> = Readonly<Record<NamesOf<English[C]>, SentenceValue>>;
type Given<C extends SentenceCode> = NamesOf<English[C]> extends never ? [] : [params: ParamsOf<C>];

/** A sentence with all values that its text names; a missing one does not compile. */
export function sentence<C extends SentenceCode>(code: C, ...given: Given<C>): Sentence {
  return { code, params: given[0] ?? {} };
}

/** A sentence without values, whose code is known only at run time. */
export function plain(code: PlainCode): Sentence {
  return { code, params: {} };
}

/**
 * The text of a sentence. Null if `texts` have no such code or the sentence lacks a value, as may be
 * with one of another version.
 */
export function textOf(
  { code, params }: Sentence,
  texts: Readonly<Record<string, string>>,
): string | null {
  const text = Object.hasOwn(texts, code) ? texts[code] : undefined;
  if (text === undefined) return null;
  const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const values = new Map(names.map((name) => [name, valueText(own(params, name), texts)]));
  if ([...values.values()].includes(null)) return null;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values.get(name) ?? '');
}

function own(params: Sentence['params'], name: string): SentenceValue | undefined {
  return Object.hasOwn(params, name) ? params[name] : undefined;
}

/** The English text, for logs, scripts and the API. */
export function inEnglish(said: Sentence): string {
  return textOf(said, sentences) ?? said.code;
}

/** The English text of a message. */
export function englishOf(message: Message): string {
  return typeof message === 'string' ? message : inEnglish(message);
}

/** The sentence of a message; null if its words have no code. */
export function sentenceOf(message: Message | null): Sentence | null {
  return typeof message === 'string' ? null : message;
}

/** A message in English, and for other languages; null for none. */
export function stated(message: Message): Stated & { readonly message: string };
export function stated(message: Message | null): Stated;
export function stated(message: Message | null): Stated {
  return {
    message: message === null ? null : englishOf(message),
    messageSentence: sentenceOf(message),
  };
}

interface Stated {
  readonly message: string | null;
  readonly messageSentence: Sentence | null;
}

/** A note in English, and for other languages; null for none. */
export function noted(note: Message | null): {
  readonly note: string | null;
  readonly noteSentence: Sentence | null;
} {
  return { note: note === null ? null : englishOf(note), noteSentence: sentenceOf(note) };
}

/** Messages as one, joined by a text with `first` and `rest`; null without any. */
export function joined(
  code: 'and_also' | 'and_names' | 'and_then' | 'settings_also',
  messages: readonly Message[],
): Message | null {
  return messages.reduceRight<Message | null>(
    (rest, first) => (rest === null ? first : sentence(code, { first, rest })),
    null,
  );
}

/** A number in a sentence. */
export function amount(value: number, unit: SentenceUnit): SentenceValue {
  return { value, unit };
}

function valueText(
  value: SentenceValue | undefined,
  texts: Readonly<Record<string, string>>,
): string | null {
  if (value === undefined || typeof value === 'string') return value ?? null;
  if ('code' in value) return textOf(value, texts);
  if ('text' in value) return textOf({ code: value.text, params: {} }, texts);
  return Object.hasOwn(FORMATS, value.unit) ? FORMATS[value.unit](value.value) : null;
}
