import { useId } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import css from './clients.module.css';
import { PALETTE, cssColor } from './palette.ts';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';

/** What the picker shows before a colour is chosen. */
const START = '#808080';

/** The colour of a client: one of the charts' hues, one of the user's own, or the next free one. */
export function ColorChoice({
  colour,
  onChange,
}: {
  readonly colour: string | null;
  readonly onChange: (colour: string | null) => void;
}): JSX.Element {
  const text = useTranslations('clients.look');
  const group = useId();
  return (
    <fieldset className={css.hues}>
      <legend>{text('colour')}</legend>
      <label className={css.hue}>
        <input
          type="radio"
          name={group}
          checked={colour === null}
          onChange={() => onChange(null)}
        />
        <span className={css.automatic}>{text('automatic')}</span>
      </label>
      {PALETTE.map((hue, index) => (
        <label key={hue} className={css.hue}>
          <input
            type="radio"
            name={group}
            checked={colour?.toLowerCase() === hue}
            onChange={() => onChange(hue)}
          />
          <span style={{ background: cssColor(hue) }}>
            <VisuallyHidden>{text('hue', { number: index + 1 })}</VisuallyHidden>
          </span>
        </label>
      ))}
      <input
        type="color"
        className={css.picker}
        aria-label={text('own')}
        title={text('own')}
        value={colour ?? START}
        onChange={(event) => onChange(event.target.value)}
      />
    </fieldset>
  );
}
