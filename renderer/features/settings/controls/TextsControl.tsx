import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../../ui/Button.tsx';
import { Field } from '../../../ui/Field.tsx';
import css from './controls.module.css';
import { Names } from './Names.tsx';

/** A list of texts: each can be removed, and another one added. */
export function TextsControl({
  label,
  hint,
  problem,
  value,
  onChange,
}: {
  readonly label: string;
  readonly hint: string | undefined;
  readonly problem: string | null;
  readonly value: readonly string[];
  readonly onChange: (value: readonly string[]) => void;
}): JSX.Element {
  const text = useTranslations('settings');
  const [added, setAdded] = useState('');
  const add = (): void => {
    const name = added.trim();
    if (name === '' || value.includes(name)) return;
    onChange([...value, name]);
    setAdded('');
  };
  return (
    <div className={css.list} role="group" aria-label={label}>
      <Names names={value} onRemove={(name) => onChange(value.filter((other) => other !== name))} />
      <div className={css.add}>
        <Field
          label={label}
          value={added}
          onChange={setAdded}
          onEnter={add}
          problem={problem}
          {...(hint === undefined ? {} : { hint })}
        />
        <Button onClick={add}>{text('add')}</Button>
      </div>
    </div>
  );
}
