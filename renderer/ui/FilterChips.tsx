import type { JSX } from 'react';
import { Button, Label, Tag, TagGroup, TagList } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { foreignText } from '../../shared/foreign-name.ts';
import css from './FilterChips.module.css';
import visuallyHidden from './VisuallyHidden.module.css';

export interface FilterChip {
  readonly id: string;
  /** What is filtered and by which value: "Model qwen3:8b". */
  readonly title: string;
  readonly remove: () => void;
}

/** The filters in force. Each can be removed, by its cross or with the Delete key. */
export function FilterChips({
  label,
  chips,
}: {
  readonly label: string;
  readonly chips: readonly FilterChip[];
}): JSX.Element | null {
  const text = useTranslations('frame');
  if (chips.length === 0) return null;
  return (
    <TagGroup
      onRemove={(ids) => chips.filter(({ id }) => ids.has(id)).forEach((chip) => chip.remove())}
    >
      <Label className={visuallyHidden.hidden ?? ''}>{label}</Label>
      <TagList className={css.list ?? ''} items={chips}>
        {(chip: FilterChip) => (
          <Tag id={chip.id} className={css.chip ?? ''} textValue={foreignText(chip.title)}>
            <span className={css.text}>{foreignText(chip.title)}</span>
            <Button slot="remove" className={css.remove ?? ''} aria-label={text('dismiss')}>
              <svg viewBox="0 0 16 16" aria-hidden="true">
                <path d="m5 5 6 6m0-6-6 6" />
              </svg>
            </Button>
          </Tag>
        )}
      </TagList>
    </TagGroup>
  );
}
