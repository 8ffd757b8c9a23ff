import { useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ALTERNATIVES } from './catalogue.ts';
import { patchAt, patchOfOne, valueAt } from './document.ts';
import { memberOf, membersOf, pathsIn } from './draft.ts';
import type { Draft } from './draft.ts';
import { EditDialog } from './EditDialog.tsx';
import { useEditable } from './page-context.tsx';
import css from './settings.module.css';
import { useChange } from './use-change.ts';

export interface SettingObjectProps {
  /** The path of an object that may be null. */
  readonly path: string;
  readonly name: string;
  readonly hint: string;
  /** What is set, in a few words. */
  readonly describe: (value: never) => ReactNode;
  readonly isShown?: (member: string, draft: Draft) => boolean;
  /** Only this member of the object is edited. */
  readonly member?: string;
}

/** An object that is set up, changed and removed as a whole. */
export function SettingObject(props: SettingObjectProps): JSX.Element {
  const { path, name, hint, describe } = props;
  const text = useTranslations('settings');
  const { view } = useEditable();
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null);
  const whole = wholeOf(props);
  const saved = valueAt(view.settings, path) ?? null;
  const isSet = (valueAt(view.settings, whole) ?? null) !== null;
  const verb = text(isSet ? 'edit' : 'setUp');
  const close = (): void => setOpen(null);
  return (
    <div className={css.object} data-setting={whole}>
      <div className={css.objectHead}>
        <span>{name}</span>
        <span className={css.objectValue}>{isSet ? describe(saved as never) : text('notSet')}</span>
        <Button onClick={() => setOpen('edit')} label={`${verb}: ${name}`}>
          {verb}
        </Button>
        {isSet && (
          <Button plain onClick={() => setOpen('remove')} label={`${text('remove')}: ${name}`}>
            {text('remove')}
          </Button>
        )}
      </div>
      <p className={css.note}>{hint}</p>
      {open === 'edit' && <Editor {...props} saved={saved} close={close} />}
      {open === 'remove' && <Removal {...props} close={close} />}
    </div>
  );
}

type OpenedProps = SettingObjectProps & { readonly close: () => void };

function Editor(props: OpenedProps & { readonly saved: unknown }): JSX.Element {
  const { path, name, isShown, member, saved, close } = props;
  const { problem, isBusy, change, edited } = useChange();
  const whole = wholeOf(props);
  const paths = pathsIn(path).filter((each) => member === undefined || each === whole);
  const save = (draft: Draft): void => {
    const shown = paths.filter((each) => isShown?.(memberOf(each), draft) ?? true);
    const members = membersOf(shown, draft, null);
    const value = member === undefined ? members : members[member];
    const patch = patchOfOne(whole, value, ALTERNATIVES);
    void change(patch, name).then((isSaved) => isSaved && close());
  };
  return (
    <EditDialog
      title={name}
      place={path}
      initial={saved}
      onEdit={edited}
      onSave={save}
      onClose={close}
      {...{ paths, problem, isBusy }}
      {...(isShown === undefined ? {} : { isShown })}
    />
  );
}

function Removal(props: OpenedProps): JSX.Element {
  const { name, hint, close } = props;
  const text = useTranslations('settings');
  const { attempt } = useChange();
  return (
    <ConfirmDialog
      title={text('removeTitle', { name })}
      verb={text('removeNamed', { name })}
      isOpen
      onClose={close}
      perform={() => attempt(patchAt(wholeOf(props), null), name)}
    >
      <p>{hint}</p>
    </ConfirmDialog>
  );
}

/** The path of what is set up and removed: the object, or the one member of it. */
function wholeOf({ path, member }: SettingObjectProps): string {
  return member === undefined ? path : `${path}.${member}`;
}
