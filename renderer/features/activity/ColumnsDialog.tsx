import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import css from './Activity.module.css';
import type { ColumnChoice } from './use-columns.ts';

/** Which columns the list has, and in which order. */
export function ColumnsDialog({
  choice,
  onClose,
}: {
  readonly choice: ColumnChoice;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useTranslations('activity');
  return (
    <Dialog
      title={text('columnsTitle')}
      isOpen
      onClose={onClose}
      actions={<Button onClick={choice.reset}>{text('resetColumns')}</Button>}
    >
      <p className={css.hint}>{text('columnsHint')}</p>
      <ul className={css.columns}>
        {choice.all.map(({ column: { id }, isShown }) => {
          const name = text(`heads.${id}`);
          return (
            <li key={id} className={css.columnLine}>
              <Toggle label={name} isOn={isShown} onChange={() => choice.toggle(id)} />
              <Mover label={text('moveUp', { name })} sign="↑" run={() => choice.move(id, -1)} />
              <Mover label={text('moveDown', { name })} sign="↓" run={() => choice.move(id, 1)} />
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}

function Mover({
  label,
  sign,
  run,
}: {
  readonly label: string;
  readonly sign: string;
  readonly run: () => void;
}): JSX.Element {
  return (
    <button type="button" className={css.mover} aria-label={label} title={label} onClick={run}>
      {sign}
    </button>
  );
}
