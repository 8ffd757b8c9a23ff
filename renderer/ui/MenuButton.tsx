import type { JSX, ReactNode } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import { foreignText } from '../../shared/foreign-name.ts';
import { classNames } from './class-name.ts';
import css from './MenuButton.module.css';

export interface MenuEntry {
  readonly id: string;
  readonly title: string;
  readonly run: () => void;
  /** Something is lost, so the entry looks different and its action asks first. */
  readonly isDestructive?: boolean;
  readonly isDisabled?: boolean;
  /**
   * Why it cannot be done now. The entry is dimmed and says so; it stays reachable with the keyboard,
   * so that the reason can be read.
   */
  readonly reason?: string | null;
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
      <Button className={css.button ?? ''} aria-label={foreignText(label)}>
        {children ?? <Dots />}
      </Button>
      <Popover className={css.popover ?? ''} placement="bottom end">
        <Menu
          className={css.menu ?? ''}
          aria-label={foreignText(label)}
          items={entries}
          disabledKeys={entries.filter((each) => each.isDisabled === true).map(({ id }) => id)}
          onAction={(id) => {
            const entry = entries.find((each) => each.id === id);
            if (entry !== undefined && !isRefused(entry)) entry.run();
          }}
        >
          {(entry: MenuEntry) => <Entry entry={entry} />}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function Entry({ entry }: { readonly entry: MenuEntry }): JSX.Element {
  return (
    <MenuItem
      id={entry.id}
      textValue={entry.title}
      className={classNames(
        css.item,
        entry.isDestructive === true && css.bad,
        isRefused(entry) && css.refused,
      )}
    >
      <Text slot="label">{entry.title}</Text>
      {isRefused(entry) && (
        <Text slot="description" className={css.reason ?? ''}>
          {entry.reason}
        </Text>
      )}
    </MenuItem>
  );
}

function isRefused({ reason }: MenuEntry): boolean {
  return reason !== undefined && reason !== null;
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
