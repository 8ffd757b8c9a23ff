import { useId } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ClientGuide, ClientId } from '../../../shared/connect/client-guide.ts';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import css from './connect.module.css';

/** The clients to choose from. Those that were seen have a tick. */
export function ClientChoice({
  guides,
  chosen,
  isSeen,
  onChoose,
}: {
  readonly guides: readonly ClientGuide[];
  readonly chosen: ClientId;
  readonly isSeen: (guide: ClientGuide) => boolean;
  readonly onChoose: (id: ClientId) => void;
}): JSX.Element {
  const text = useTranslations('connect.client');
  const name = useId();
  return (
    <fieldset className={css.clients}>
      <legend>
        <VisuallyHidden>{text('clients')}</VisuallyHidden>
      </legend>
      {guides.map((guide) => (
        <label key={guide.id} className={css.option}>
          <input
            type="radio"
            className={css.input}
            name={name}
            checked={guide.id === chosen}
            onChange={() => onChoose(guide.id)}
          />
          <span className={css.name}>
            {guide.name ?? text('other')}
            {isSeen(guide) && <SeenTick label={text('seenShort')} />}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** A tick with a word for those who cannot see it. */
export function SeenTick({ label }: { readonly label: string }): JSX.Element {
  return (
    <>
      <svg className={css.tick} viewBox="0 0 16 16" aria-hidden="true">
        <path d="m3 8.5 3.5 3.5L13 4.5" />
      </svg>
      <VisuallyHidden> {label}</VisuallyHidden>
    </>
  );
}
