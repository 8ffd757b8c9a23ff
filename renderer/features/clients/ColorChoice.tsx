import { useId } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import css from './clients.module.css';
import { PALETTE, cssColor } from './palette.ts';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';

/** What the picker shows before a colour is chosen. */
const START = '#808080';

export interface ColorChoiceProps {
  /** Null is the next free hue. */
  readonly colour: string | null;
  readonly onChange: (colour: string | null) => void;
}

/** The colour of a client: one of the charts' hues, one of the user's own, or the next free one. */
export function ColorChoice({ colour, onChange }: ColorChoiceProps): JSX.Element {
  const text = useTranslations('clients.look');
  const group = useId();
  return (
    <fieldset className={css.hues}>
      <legend>{text('colour')}</legend>
      <Hue group={group} isChosen={colour === null} onChoose={() => onChange(null)}>
        <span className={css.automatic}>{text('automatic')}</span>
      </Hue>
      {PALETTE.map((hue, index) => (
        <Hue
          key={hue}
          group={group}
          isChosen={colour?.toLowerCase() === hue}
          onChoose={() => onChange(hue)}
        >
          <span style={{ background: cssColor(hue) }}>
            <VisuallyHidden>{text('hue', { number: index + 1 })}</VisuallyHidden>
          </span>
        </Hue>
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

interface HueProps {
  readonly group: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly children: JSX.Element;
}

function Hue({ group, isChosen, onChoose, children }: HueProps): JSX.Element {
  return (
    <label className={css.hue}>
      <input type="radio" name={group} checked={isChosen} onChange={onChoose} />
      {children}
    </label>
  );
}
