import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { foreignName } from '../../../shared/foreign-name.ts';
import type { ModelRow } from '../../../shared/models-view.ts';
import { addressOf } from '../../../shared/page-address.ts';
import { LongName } from '../../ui/LongName.tsx';
import css from './Models.module.css';
import { useMark } from './use-marks.ts';

/** A model's star, its name as a link to its page, and the user's other marks. */
export function ModelName({ model }: { readonly model: ModelRow }): JSX.Element {
  const text = useTranslations('models.marks');
  const { name, isDefault, isPinned, hasNotes } = model;
  const marks = [
    ...(isDefault ? [text('isDefault')] : []),
    ...(isPinned ? [text('isPinned')] : []),
    ...(hasNotes ? [text('hasNotes')] : []),
  ];
  return (
    <span className={css.nameCell}>
      <Star model={model} />
      <a className={css.name} href={`#${addressOf('models', name)}`}>
        <LongName>{name}</LongName>
      </a>
      {marks.map((mark) => (
        <span key={mark} className={css.mark}>
          {mark}
        </span>
      ))}
    </span>
  );
}

/** Makes a model a favourite. */
export function Star({ model }: { readonly model: ModelRow }): JSX.Element {
  const text = useTranslations('models.marks');
  const mark = useMark();
  const { name, isFavorite } = model;
  const label = text(isFavorite ? 'unfavour' : 'favour', { name: foreignName(name) });
  return (
    <button
      type="button"
      className={css.star}
      aria-label={label}
      title={label}
      aria-pressed={isFavorite}
      onClick={() => mark(model, { isFavorite: !isFavorite })}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="m8 2 1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z" />
      </svg>
    </button>
  );
}
