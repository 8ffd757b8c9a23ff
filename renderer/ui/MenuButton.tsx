import type { JSX, ReactNode } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import css from './MenuButton.module.css';

export interface MenuEntry {
  readonly id: string;
  readonly title: string;
  readonly run: () => void;
  /** Something is lost, so the entry looks different and its action asks first. */
  readonly isDestructive?: boolean;
  readonly isDisabled?: boolean;
}

/** A button that opens a menu. `label` names it; `children` is shown, three dots by default. */
export function MenuButton({
  label,
  entries,
  children,
}: {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly children?: ReactNode;
}): JSX.Element {
  return (
    <MenuTrigger>
      <Button className={css.button ?? ''} aria-label={label}>
        {children ?? <Dots />}
      </Button>
      <Popover className={css.popover ?? ''} placement="bottom end">
        <Menu
          className={css.menu ?? ''}
          aria-label={label}
          items={entries}
          disabledKeys={entries.filter((each) => each.isDisabled === true).map(({ id }) => id)}
          onAction={(id) => entries.find((each) => each.id === id)?.run()}
        >
          {(entry: MenuEntry) => (
            <MenuItem
              id={entry.id}
              className={`${css.item ?? ''} ${entry.isDestructive === true ? (css.bad ?? '') : ''}`}
            >
              {entry.title}
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Dots(): JSX.Element {
  return (
    <svg className={css.dots} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="3.5" cy="8" r="1.25" />
      <circle cx="8" cy="8" r="1.25" />
      <circle cx="12.5" cy="8" r="1.25" />
    </svg>
  );
}
