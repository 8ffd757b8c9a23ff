import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useSay } from '../../i18n/use-sentences.ts';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import { isRunning } from './types.ts';
import type { Turn } from './types.ts';

/** Tells screen readers when answers have ended, and nothing while they grow. */
export function Announcer({ turn }: { readonly turn: Turn | undefined }): JSX.Element {
  const text = useTranslations('playground.said');
  const say = useSay();
  const answers = turn?.answers ?? [];
  const sentences = answers.some(isRunning)
    ? []
    : answers.map(({ state, choice: { model }, problem }) => {
        if (state === 'stopped') return text('stopped', { model });
        if (state === 'failed')
          return text('failed', { model, message: say(problem?.said, problem?.message ?? '') });
        return text('done', { model });
      });
  return <VisuallyHidden status>{sentences.join(' ')}</VisuallyHidden>;
}
