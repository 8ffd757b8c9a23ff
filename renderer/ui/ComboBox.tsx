import type { JSX, ReactNode } from 'react';
import {
  Button,
  ComboBox as AriaComboBox,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
} from 'react-aria-components';
import { foreignName } from '../../shared/foreign-name.ts';
import { classNames } from './class-name.ts';
import css from './ComboBox.module.css';
import { LongName } from './LongName.tsx';
import visuallyHidden from './VisuallyHidden.module.css';

export interface ComboBoxOption {
  readonly id: string;
  /** What is typed to find it, and shown when it is chosen. */
  readonly label: string;
  /** Shown in the list after the label. */
  readonly hint: string;
}

interface ComboBoxProps {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly options: readonly ComboBoxOption[];
  /** The id of the chosen option; null if there is none. */
  readonly value: string | null;
  readonly onChange: (id: string) => void;
  readonly placeholder: string;
  /** Shown in place of the list if nothing fits. */
  readonly none: ReactNode;
}

/** A choice of one among many named values, found by typing a part of the name. */
export function ComboBox(props: ComboBoxProps): JSX.Element {
  const { label, isLabelHidden = false, options, value, onChange, placeholder, none } = props;
  const chosen = options.find(({ id }) => id === value);
  return (
    <AriaComboBox
      className={css.combo ?? ''}
      defaultItems={options}
      value={value}
      onChange={(id) => {
        if (typeof id === 'string') onChange(id);
      }}
      menuTrigger="focus"
      allowsEmptyCollection
    >
      <Label className={classNames(css.label, isLabelHidden && visuallyHidden.hidden)}>
        {label}
      </Label>
      <div className={css.line}>
        <Input
          className={css.input ?? ''}
          placeholder={placeholder}
          title={chosen === undefined ? undefined : foreignName(chosen.label)}
          onFocus={(event) => event.target.select()}
        />
        {chosen !== undefined && (
          <span className={css.whole} aria-hidden="true">
            <LongName>{chosen.label}</LongName>
          </span>
        )}
        <Button className={css.button ?? ''}>
          <svg className={css.arrow} viewBox="0 0 16 16" aria-hidden="true">
            <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />
          </svg>
        </Button>
      </div>
      <Options none={none} />
    </AriaComboBox>
  );
}

function Options({ none }: Pick<ComboBoxProps, 'none'>): JSX.Element {
  return (
    <Popover className={css.popover ?? ''} maxHeight={400}>
      <ListBox
        className={css.list ?? ''}
        renderEmptyState={() => <div className={css.none}>{none}</div>}
      >
        {(option: ComboBoxOption) => (
          <ListBoxItem id={option.id} className={css.item ?? ''} textValue={option.label}>
            <span className={css.name}>{foreignName(option.label)}</span>
            <span className={css.hint}>{option.hint}</span>
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  );
}
