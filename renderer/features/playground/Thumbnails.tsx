import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Picture } from './types.ts';
import css from './Thumbnails.module.css';

/** The images of a message, small; with `onRemove` each can be taken away. */
export function Thumbnails({
  pictures,
  onRemove,
}: {
  readonly pictures: readonly Picture[];
  readonly onRemove?: (id: string) => void;
}): JSX.Element | null {
  const text = useTranslations('playground.composer');
  if (pictures.length === 0) return null;
  return (
    <ul className={css.list}>
      {pictures.map(({ id, name, source }, index) => {
        const title = name === '' ? text('image', { number: index + 1 }) : name;
        return (
          <li key={id} className={css.item}>
            {source.startsWith('data:') ? (
              <img className={css.image} src={source} alt={title} title={title} />
            ) : (
              <span className={css.address}>{source}</span>
            )}
            {onRemove !== undefined && (
              <button
                type="button"
                className={css.remove}
                aria-label={text('remove', { name: title })}
                onClick={() => onRemove(id)}
              >
                <svg viewBox="0 0 16 16" aria-hidden="true">
                  <path d="m4.5 4.5 7 7m0-7-7 7" />
                </svg>
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
