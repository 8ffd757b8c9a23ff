import { useId } from 'react';
import type { JSX } from 'react';
import css from './SegmentedControl.module.css';
import { VisuallyHidden } from './VisuallyHidden.tsx';

/** A choice between a few visible options. It uses radio buttons, so the arrow keys work. */
export function SegmentedControl<T extends string>({
  legend,
  options,
  value,
  onChange,
}: {
  readonly legend: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}): JSX.Element {
  const name = useId();
  return (
    <fieldset className={css.group}>
      <legend>
        <VisuallyHidden>{legend}</VisuallyHidden>
      </legend>
      {options.map((option) => (
        <label key={option.value} className={css.option}>
          <input
            type="radio"
            className={css.input}
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span className={css.label}>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
