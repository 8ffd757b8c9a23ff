import { useMessages } from 'use-intl';
import { formatEvidence } from '../../shared/insights.ts';
import type { Evidence } from '../../shared/insights.ts';
import { englishOf, sentenceOf, textOf } from '../../shared/sentences.ts';
import type { Message, Sentence } from '../../shared/sentences.ts';
import { SaidError } from '../client/said-error.ts';

/** Says a sentence in the language of the window; null has only its English text. */
export type Say = (said: Sentence | null | undefined, english: string) => string;

/** Sentences of the core. One of a newer or an older core stays English. */
export function useSay(): Say {
  const { sentences } = useMessages();
  return (said, english) => (said ? (textOf(said, sentences) ?? english) : english);
}

/** Why something failed, one line in the language of the window. */
export type Reason = (error: unknown) => string;

/** The reasons of errors. Words of another program stay as they are. */
export function useReason(): Reason {
  const say = useSay();
  return (error) => {
    if (error instanceof SaidError) return say(error.said, error.message);
    return error instanceof Error ? error.message : String(error);
  };
}

/** Messages of the window itself. */
export function useMessage(): (message: Message) => string {
  const say = useSay();
  return (message) => say(sentenceOf(message), englishOf(message));
}

/** The name and the value of a figure behind an insight. */
export function evidenceWords(evidence: Evidence, say: Say): { label: string; value: string } {
  const { label, labelSentence, valueSentence } = evidence;
  return {
    label: say(labelSentence, label),
    value: say(valueSentence, formatEvidence(evidence)),
  };
}
