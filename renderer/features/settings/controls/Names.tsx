import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../../ui/Button.tsx';
import css from './controls.module.css';

/** A list of names that can be removed. `note` stands beside each. */
export function Names({
  names,
  note,
  onRemove,
}: {
  readonly names: readonly string[];
  readonly note?: string;
  readonly onRemove: (name: string) => void;
}): JSX.Element | null {
  const text = useTranslations('settings');
  if (names.length === 0) return null;
  return (
    <ul className={css.items}>
      {names.map((name) => (
        <li key={name} className={css.item}>
          <code className={css.itemText}>{name}</code>
          {note !== undefined && <span className={css.soft}>{note}</span>}
          <Button plain onClick={() => onRemove(name)}>
            {text('removeNamed', { name })}
          </Button>
        </li>
      ))}
    </ul>
  );
}
