import type { CSSProperties, JSX } from 'react';
import { useTyped } from './typed.ts';
import css from './words.module.css';

/** Digits after the point at most; more would show how floats are rounded. */
const MAX_DIGITS = 6;

interface WordNumberProps {
  readonly label: string;
  readonly value: number | null;
  /** Called with a changed number when the field is left, or with the Enter key. */
  readonly onChange: (value: number | null) => void;
  /** Shown after the number. */
  readonly unit?: string | undefined;
  readonly isInvalid?: boolean;
}

/**
 * A number that is a part of a sentence. An empty field is null. React Aria's NumberField cannot be
 * used: it empties its live region by `innerHTML`, which Trusted Types forbid here.
 */
export function WordNumber({
  label,
  value,
  onChange,
  unit,
  isInvalid = false,
}: WordNumberProps): JSX.Element {
  const { shown, type, commit, revert } = useTyped(textOf(value), (text) => {
    const number = numberOf(text);
    if (number !== numberOf(textOf(value))) onChange(number);
  });
  const style: CSSProperties & Record<'--digits', number> = {
    '--digits': Math.max(3, shown.length),
  };
  // What is no number reads as an empty text, which would be null.
  const commitNumber = (input: HTMLInputElement): void => {
    if (!input.validity.badInput) commit();
  };
  return (
    <span className={css.number}>
      <input
        type="number"
        // Any fraction is valid; the arrow keys still step by one.
        step="any"
        className={css.input}
        style={style}
        aria-label={label}
        aria-invalid={isInvalid}
        value={shown}
        onChange={(event) => type(event.target.value)}
        onBlur={(event) => commitNumber(event.target)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commitNumber(event.currentTarget);
          if (event.key === 'Escape' && revert()) event.stopPropagation();
        }}
      />
      {unit !== undefined && <span className={css.unit}>{unit}</span>}
    </span>
  );
}

function textOf(value: number | null): string {
  return value === null ? '' : String(Number(value.toFixed(MAX_DIGITS)));
}

function numberOf(text: string): number | null {
  return text === '' ? null : Number(text);
}
