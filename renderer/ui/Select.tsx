import type { JSX } from 'react';
import {
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
  Text,
} from 'react-aria-components';
import { foreignText } from '../../shared/foreign-name.ts';
import { classNames } from './class-name.ts';
import fieldNote from './FieldNote.module.css';
import css from './Select.module.css';
import visuallyHidden from './VisuallyHidden.module.css';

export interface SelectOption<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly options: readonly SelectOption<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly isLabelHidden?: boolean;
  readonly hint?: string | undefined;
  readonly problem?: string | null;
  /** A `word` is a part of a sentence; its label is hidden. */
  readonly look?: 'field' | 'word';
}

/** A choice of one among several named values. */
export function Select<T extends string>({
  label,
  options,
  value,
  onChange,
  isLabelHidden = false,
  hint,
  problem = null,
  look = 'field',
}: SelectProps<T>): JSX.Element {
  return (
    <AriaSelect
      className={classNames(css.select, look === 'word' && css.word)}
      value={value}
      onChange={(chosen) => {
        const option = options.find((each) => each.value === chosen);
        if (option !== undefined) onChange(option.value);
      }}
    >
      <Label
        className={classNames(
          css.label,
          (isLabelHidden || look === 'word') && visuallyHidden.hidden,
        )}
      >
        {label}
      </Label>
      <Button className={css.button ?? ''}>
        <SelectValue className={css.value ?? ''}>
          {({ selectedText }) => <Chosen text={foreignText(selectedText)} />}
        </SelectValue>
        <svg className={css.arrow} viewBox="0 0 16 16" aria-hidden="true">
          <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />
        </svg>
      </Button>
      <SelectNote hint={hint} problem={problem} />
      <Options options={options} />
    </AriaSelect>
  );
}

function Chosen({ text }: { readonly text: string }): JSX.Element {
  return <span title={text}>{text}</span>;
}

function SelectNote({
  hint,
  problem,
}: {
  readonly hint: string | undefined;
  readonly problem: string | null;
}): JSX.Element {
  return (
    <>
      {hint !== undefined && problem === null && (
        <Text slot="description" className={fieldNote.hint ?? ''}>
          {hint}
        </Text>
      )}
      {problem !== null && (
        <p className={fieldNote.problem} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

function Options<T extends string>({
  options,
}: {
  readonly options: readonly SelectOption<T>[];
}): JSX.Element {
  return (
    <Popover className={css.popover ?? ''}>
      <ListBox className={css.list ?? ''} items={options}>
        {(option: SelectOption<T>) => (
          <ListBoxItem id={option.value} className={css.item ?? ''} textValue={option.label}>
            {foreignText(option.label)}
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  );
}
