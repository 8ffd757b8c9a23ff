import type { JSX } from 'react';
import css from './SearchField.module.css';

/** The search of a page, which the key `/` reaches. `label` is also its placeholder. */
export function SearchField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  return (
    <input
      type="search"
      className={css.field}
      aria-label={label}
      placeholder={label}
      value={value}
      autoComplete="off"
      spellCheck={false}
      data-page-search=""
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
