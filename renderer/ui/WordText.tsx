import { useId } from 'react';
import type { JSX } from 'react';
import { classNames } from './class-name.ts';
import { useTyped } from './typed.ts';
import css from './words.module.css';

interface WordTextProps {
  readonly label: string;
  readonly value: string;
  /** Called with a changed text when the field is left, or with the Enter key. */
  readonly onChange: (value: string) => void;
  readonly suggestions?: readonly string[];
  readonly isHeading?: boolean;
  readonly isInvalid?: boolean;
  /** Gets the focus when it appears. */
  readonly focused?: boolean;
}

/** A text that is a part of a sentence, or a heading that can be changed. */
export function WordText({
  label,
  value,
  onChange,
  suggestions = [],
  isHeading = false,
  isInvalid = false,
  focused = false,
}: WordTextProps): JSX.Element {
  const id = useId();
  const { shown, type, commit, revert } = useTyped(value, onChange);
  return (
    <>
      <input
        className={classNames(css.text, isHeading && css.heading)}
        aria-label={label}
        aria-invalid={isInvalid}
        value={shown}
        size={Math.max(6, Math.min(72, shown.length + 1))}
        list={suggestions.length > 0 ? id : undefined}
        autoComplete="off"
        spellCheck={false}
        autoFocus={focused}
        onFocus={(event) => {
          if (focused) event.target.select();
        }}
        onChange={(event) => type(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape' && revert()) event.stopPropagation();
        }}
      />
      {suggestions.length > 0 && <Suggestions id={id} names={suggestions} />}
    </>
  );
}

function Suggestions({
  id,
  names,
}: {
  readonly id: string;
  readonly names: readonly string[];
}): JSX.Element {
  return (
    <datalist id={id}>
      {names.map((each) => (
        <option key={each} value={each} />
      ))}
    </datalist>
  );
}
