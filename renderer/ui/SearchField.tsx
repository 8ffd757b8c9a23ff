import type { JSX } from 'react';
import css from './SearchField.module.css';

/** The search of a page, which the key `/` reaches. `label` is also its placeholder. */
export function SearchField({
  label,
  value,
  onChange,
  hint,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is searched, as its title. */
  readonly hint?: string;
}): JSX.Element {
  return (
    <input
      type="search"
      className={css.field}
      aria-label={label}
      placeholder={label}
      title={hint}
      value={value}
      autoComplete="off"
      spellCheck={false}
      data-page-search=""
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
