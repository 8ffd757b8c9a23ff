import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../../ui/Button.tsx';
import { Field } from '../../../ui/Field.tsx';
import { Select } from '../../../ui/Select.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';
import { CONTROLS } from '../catalogue.ts';
import type { Control, SettingPath } from '../catalogue.ts';
import { HIDDEN } from '../document.ts';
import { inUnit } from '../problems.ts';
import { useOptionWord, useWords } from '../words.ts';
import { SecretsControl } from './SecretsControl.tsx';
import { TextsControl } from './TextsControl.tsx';
import { TimesControl } from './TimesControl.tsx';

export interface ControlInputProps {
  readonly path: SettingPath;
  /** Of a field: its text. Of other controls: the stored value. */
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly problem: string | null;
  /** A field is left, or the Enter key is pressed in it. */
  readonly onCommit?: () => void;
}

/** The control of one setting, without any knowledge of how its value is saved. */
export function ControlInput({
  path,
  value,
  onChange,
  problem,
  onCommit,
}: ControlInputProps): JSX.Element {
  const { label, hint } = useWords()(path);
  const control: Control = CONTROLS[path];
  const common = { label, hint, problem };
  switch (control.kind) {
    case 'toggle':
      return <Toggle {...common} isOn={value === true} onChange={onChange} />;
    case 'select':
      return <Choice {...common} control={control} value={value} onChange={onChange} />;
    case 'texts':
      return <TextsControl {...common} value={value as readonly string[]} onChange={onChange} />;
    case 'secrets':
      return <SecretsControl {...common} value={value} onChange={onChange} />;
    case 'times':
      return <TimesControl {...common} priced={control.priced} value={value} onChange={onChange} />;
    case 'text':
    case 'address':
    case 'secret':
    case 'number':
    case 'percents':
      return (
        <TextInput
          {...common}
          control={control}
          value={value}
          onChange={onChange}
          onCommit={onCommit}
        />
      );
  }
}

interface InputProps<C extends Control> {
  readonly control: C;
  readonly label: string;
  readonly hint: string | undefined;
  readonly problem: string | null;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

function Choice({
  control,
  value,
  ...rest
}: InputProps<Extract<Control, { kind: 'select' }>>): JSX.Element {
  const word = useOptionWord();
  const options = control.options.map((option) => ({
    value: option,
    label: word(control.words, option),
  }));
  return <Select {...rest} options={options} value={typeof value === 'string' ? value : ''} />;
}

function TextInput({
  control,
  value,
  problem,
  hint,
  onCommit,
  ...rest
}: InputProps<Control> & { readonly onCommit: (() => void) | undefined }): JSX.Element {
  const text = useTranslations('settings');
  const unit = control.kind === 'number' ? control.unit : undefined;
  const scale = control.kind === 'number' ? control.scale : undefined;
  const isSet = value === HIDDEN;
  const field = (
    <Field
      {...rest}
      kind={fieldKind(control)}
      value={isSet || typeof value !== 'string' ? '' : value}
      problem={inUnit(problem, scale)}
      {...(hint === undefined ? {} : { hint })}
      {...(unit === undefined ? {} : { unit: text(`units.${unit}`) })}
      {...(isSet ? { placeholder: text('secretSet') } : {})}
      {...(onCommit === undefined ? {} : { onCommit })}
    />
  );
  if (!isSet) return field;
  return (
    <div>
      {field}
      <Button plain onClick={() => rest.onChange('')}>
        {text('secretRemove')}
      </Button>
    </div>
  );
}

function fieldKind(control: Control): 'text' | 'code' | 'number' | 'address' | 'secret' {
  if (control.kind === 'text' && control.isShort === true) return 'code';
  return control.kind === 'number' || control.kind === 'address' || control.kind === 'secret'
    ? control.kind
    : 'text';
}
