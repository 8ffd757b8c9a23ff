import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { localMinute } from '../../../shared/format.ts';
import type { ModelsNote } from '../../../shared/models-view.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { Banner } from '../../ui/Banner.tsx';
import css from './Models.module.css';

/** Which servers do not answer, so that a part of the page may be old or missing. */
export function ModelNotes({
  notes,
}: {
  readonly notes: readonly ModelsNote[];
}): JSX.Element | null {
  const text = useTranslations('models');
  const say = useSay();
  if (notes.length === 0) return null;
  return (
    <div className={css.notes}>
      {notes.map(({ upstream, message: english, messageSentence, listedAt }) => {
        const message = say(messageSentence, english);
        return (
          <Banner key={upstream} tone="warn">
            {listedAt === null
              ? text('noteNever', { message })
              : text('note', { message, at: localMinute(listedAt) })}
          </Banner>
        );
      })}
    </div>
  );
}
