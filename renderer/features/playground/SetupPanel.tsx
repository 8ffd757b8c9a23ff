import { useId } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { LIMITS, valueOf } from './sampling.ts';
import { playground } from './store.ts';
import { EMPTY_SETUP, SAMPLING_FIELDS, THINKING } from './types.ts';
import type { SamplingField, Setup } from './types.ts';
import css from './SetupPanel.module.css';

/** The system prompt and the parameters that go with each message. */
export function SetupPanel({ setup }: { readonly setup: Setup }): JSX.Element {
  const text = useTranslations('playground');
  const change = (changed: Partial<Setup>): void => playground.setSetup({ ...setup, ...changed });
  return (
    <section className={css.setup} aria-label={text('parameters')}>
      <SystemPrompt value={setup.system} onChange={(system) => change({ system })} />
      <div className={css.fields}>
        {SAMPLING_FIELDS.map((field) => (
          <SamplingInput
            key={field}
            field={field}
            value={setup.sampling[field]}
            onChange={(typed) => change({ sampling: { ...setup.sampling, [field]: typed } })}
          />
        ))}
      </div>
      <Select
        label={text('setup.thinking')}
        options={THINKING.map((value) => ({ value, label: text(`thinking.${value}`) }))}
        value={setup.thinking}
        onChange={(thinking) => change({ thinking })}
      />
      <p className={css.hint}>
        {text('setup.hint')} {text('setup.contextHint')}
      </p>
      <div>
        <Button
          plain
          onClick={() => change({ sampling: EMPTY_SETUP.sampling, thinking: 'default' })}
        >
          {text('setup.reset')}
        </Button>
      </div>
    </section>
  );
}

function SystemPrompt({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const text = useTranslations('playground.setup');
  const id = useId();
  return (
    <div className={css.system}>
      <label className={css.label} htmlFor={id}>
        {text('system')}
      </label>
      <textarea
        id={id}
        className={css.prompt}
        rows={3}
        value={value}
        placeholder={text('systemHint')}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

function SamplingInput({
  field,
  value,
  onChange,
}: {
  readonly field: SamplingField;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const text = useTranslations('playground.setup');
  const { min, max, isWhole } = LIMITS[field];
  const isWrong = valueOf(field, value) === undefined;
  return (
    <Field
      label={text(field)}
      kind="number"
      value={value}
      onChange={onChange}
      problem={isWrong ? text(isWhole ? 'wrongWhole' : 'wrong', { min, max }) : null}
    />
  );
}
