import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../../ui/Button.tsx';
import { Field } from '../../../ui/Field.tsx';
import { isPlain } from '../document.ts';
import { ControlNote } from './ControlNote.tsx';
import css from './controls.module.css';
import { Names } from './Names.tsx';

/**
 * Names with secret values, which are never shown. `onChange` gets only what changes: a new value for
 * a name, or null to remove it.
 */
export function SecretsControl({
  label,
  hint,
  problem,
  value,
  onChange,
}: {
  readonly label: string;
  readonly hint: string | undefined;
  readonly problem: string | null;
  readonly value: unknown;
  readonly onChange: (change: Readonly<Record<string, string | null>>) => void;
}): JSX.Element {
  const text = useTranslations('settings');
  const names = isPlain(value) ? Object.keys(value).filter((each) => value[each] !== null) : [];
  return (
    <fieldset className={css.fieldset}>
      <legend className={css.legend}>{label}</legend>
      <Names names={names} note={text('hidden')} onRemove={(each) => onChange({ [each]: null })} />
      <NewSecret onAdd={(name, secret) => onChange({ [name]: secret })} />
      <ControlNote hint={hint} problem={problem} />
    </fieldset>
  );
}

function NewSecret({
  onAdd,
}: {
  readonly onAdd: (name: string, secret: string) => void;
}): JSX.Element {
  const text = useTranslations('settings');
  const [name, setName] = useState('');
  const [secret, setSecret] = useState('');
  const add = (): void => {
    if (name.trim() === '' || secret === '') return;
    onAdd(name.trim(), secret);
    setName('');
    setSecret('');
  };
  return (
    <div className={css.addPair}>
      <Field label={text('name')} value={name} onChange={setName} />
      <Field
        label={text('value')}
        kind="secret"
        value={secret}
        onChange={setSecret}
        onEnter={add}
      />
      <Button onClick={add}>{text('add')}</Button>
    </div>
  );
}
