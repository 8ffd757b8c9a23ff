import { useId } from 'react';
import type { JSX } from 'react';
import css from './Toggle.module.css';

/** Something that is on or off, and takes effect at once. */
export function Toggle({
  label,
  isOn,
  onChange,
  hint,
  problem = null,
}: {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly hint?: string;
  readonly problem?: string | null;
}): JSX.Element {
  const id = useId();
  const note = problem ?? hint;
  return (
    <div className={css.toggle}>
      <input
        id={id}
        type="checkbox"
        className={css.box}
        checked={isOn}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={problem === null ? css.hint : css.problem}
          role={problem === null ? undefined : 'alert'}
        >
          {note}
        </p>
      )}
    </div>
  );
}
