/** Texts of insights: in English, and as sentences that the window says in its language. */
import type { Evidence, Insight, InsightFigure, InsightUnit } from '../../../shared/insights.ts';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import type { Sentence, SentenceValue } from '../../../shared/sentences.ts';

export type Title = Pick<Insight, 'title' | 'titleSentence'>;
export type Advice = Pick<Insight, 'advice' | 'adviceSentence'>;

export const NO_ADVICE: Advice = { advice: null, adviceSentence: null };

export function titled(said: Sentence): Title {
  return { title: inEnglish(said), titleSentence: said };
}

export function advised(said: Sentence): Advice {
  return { advice: inEnglish(said), adviceSentence: said };
}

/** A figure behind an insight; a text if `unit` is null. */
export function fact(label: Sentence, value: number | string, unit: InsightUnit | null): Evidence {
  return { label: inEnglish(label), labelSentence: label, value, valueSentence: null, unit };
}

/** A sentence behind an insight. */
export function saidFact(label: Sentence, value: Sentence): Evidence {
  return { ...fact(label, inEnglish(value), null), valueSentence: value };
}

/** The evidence for a figure that may be unknown. */
export function factIfKnown(
  label: Sentence,
  value: number | string | null,
  unit: InsightFigure['unit'] | null,
): Evidence[] {
  return value === null ? [] : [fact(label, value, unit)];
}

/** The name of a model in the middle of a sentence. */
export function modelWords(name: string | null): SentenceValue {
  return name ?? { text: sentence('of_some_model').code };
}
