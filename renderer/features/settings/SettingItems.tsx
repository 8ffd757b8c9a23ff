import { useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { patchAt, valueAt, withoutKey } from './document.ts';
import { memberOf, membersOf, pathsIn } from './draft.ts';
import type { Draft } from './draft.ts';
import { EditDialog } from './EditDialog.tsx';
import type { EditDialogProps } from './EditDialog.tsx';
import { useEditable } from './page-context.tsx';
import css from './settings.module.css';
import { useChange } from './use-change.ts';

export interface SettingItemsProps<Item> {
  /** The path of a list of objects. */
  readonly path: string;
  readonly title: string;
  /** What one item is called, such as "budget". */
  readonly noun: string;
  readonly empty: string;
  readonly nameOf: (item: Item) => string;
  readonly describe: (item: Item) => ReactNode;
  /** What goes with an item, for the confirmation. */
  readonly consequence: string;
  readonly isShown?: EditDialogProps['isShown'];
  readonly extra?: EditDialogProps['extra'];
}

/** What is open over the list: the editor or the confirmation of one item. */
type Open = { readonly what: 'edit' | 'remove'; readonly index: number } | null;

/** A list of objects: each is added, changed and removed. Lists are saved as a whole. */
export function SettingItems<Item extends object>(props: SettingItemsProps<Item>): JSX.Element {
  const { path, noun, empty, nameOf, describe } = props;
  const text = useTranslations('settings');
  const { view } = useEditable();
  const [open, setOpen] = useState<Open>(null);
  const items = valueAt(view.settings, path) as readonly Item[];
  return (
    <div className={css.object} data-setting={path}>
      {items.length === 0 && <p className={css.soft}>{empty}</p>}
      <ul className={css.items} aria-label={props.title}>
        {items.map((item, index) => (
          <li key={`${index}/${nameOf(item)}`} className={css.item}>
            <span className={css.itemName}>{nameOf(item)}</span>
            <span className={css.itemValue}>{describe(item)}</span>
            <Button
              label={`${text('edit')}: ${nameOf(item)}`}
              onClick={() => setOpen({ what: 'edit', index })}
            >
              {text('edit')}
            </Button>
            <Button
              plain
              label={`${text('remove')}: ${nameOf(item)}`}
              onClick={() => setOpen({ what: 'remove', index })}
            >
              {text('remove')}
            </Button>
          </li>
        ))}
      </ul>
      <div>
        <Button onClick={() => setOpen({ what: 'edit', index: items.length })}>
          {text('addNoun', { noun })}
        </Button>
      </div>
      {open !== null && <Opened {...props} items={items} open={open} close={() => setOpen(null)} />}
    </div>
  );
}

interface OpenedProps<Item> extends SettingItemsProps<Item> {
  readonly items: readonly Item[];
  readonly open: Exclude<Open, null>;
  readonly close: () => void;
}

function Opened<Item extends object>(props: OpenedProps<Item>): JSX.Element {
  return props.open.what === 'edit' ? <Editor {...props} /> : <Removal {...props} />;
}

function Editor<Item extends object>(props: OpenedProps<Item>): JSX.Element {
  const { path, nameOf, isShown, extra, items, close } = props;
  const { index } = props.open;
  const text = useTranslations('settings');
  const { problem, isBusy, change, edited } = useChange();
  const paths = pathsIn(`${path}.*`);
  const item = items[index] ?? null;
  const name = item === null ? text('newNoun', { noun: props.noun }) : nameOf(item);
  const save = (draft: Draft): void => {
    const shown = paths.filter((each) => isShown?.(memberOf(each), draft) ?? true);
    const saved = items.map(withoutKey);
    saved[index] = membersOf(shown, draft, undefined);
    void change(patchAt(path, saved), name).then((isSaved) => isSaved && close());
  };
  return (
    <EditDialog
      title={name}
      place={`${path}.${index}`}
      initial={item}
      onEdit={edited}
      onSave={save}
      onClose={close}
      {...{ paths, problem, isBusy }}
      {...(isShown === undefined ? {} : { isShown })}
      {...(extra === undefined ? {} : { extra })}
    />
  );
}

function Removal<Item extends object>(props: OpenedProps<Item>): JSX.Element {
  const { path, nameOf, consequence, items, close } = props;
  const { index } = props.open;
  const text = useTranslations('settings');
  const { attempt } = useChange();
  const item = items[index];
  const name = item === undefined ? '' : nameOf(item);
  return (
    <ConfirmDialog
      title={text('removeTitle', { name })}
      verb={text('removeNamed', { name })}
      isOpen
      onClose={close}
      perform={() => {
        const rest = items.filter((_, at) => at !== index).map(withoutKey);
        return attempt(patchAt(path, rest), name);
      }}
    >
      <p>{consequence}</p>
    </ConfirmDialog>
  );
}
