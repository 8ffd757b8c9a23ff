import { useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import type { SettingPath } from './catalogue.ts';
import { ControlInput } from './controls/ControlInput.tsx';
import { draftOf, memberOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { isPlain } from './document.ts';
import { otherProblems, problemAt } from './problems.ts';
import { useNamedProblems } from './words.ts';
import css from './settings.module.css';

export interface EditDialogProps {
  readonly title: string;
  readonly paths: readonly SettingPath[];
  /** What is edited; null for a new one. */
  readonly initial: unknown;
  /** The path of the object in the core's problems, such as `budgets.2`. */
  readonly place: string;
  readonly problem: string | null;
  readonly isBusy: boolean;
  readonly onEdit: () => void;
  readonly onSave: (draft: Draft) => void;
  readonly onClose: () => void;
  /** False hides a field that the present draft has no use for. */
  readonly isShown?: (member: string, draft: Draft) => boolean;
  /** Shown below the fields, such as the outcome of a test. */
  readonly extra?: (draft: Draft) => ReactNode;
}

/** Edits an object of several settings, which are saved together. */
export function EditDialog(props: EditDialogProps): JSX.Element {
  const { title, paths, initial, isBusy, onEdit } = props;
  const text = useTranslations('settings');
  const [draft, setDraft] = useState<Draft>(() => draftOf(paths, initial));
  const set = (member: string, value: unknown): void => {
    onEdit();
    setDraft((before) => ({ ...before, [member]: merged(before[member], value) }));
  };
  return (
    <Dialog
      isOpen
      title={title}
      onClose={props.onClose}
      closeLabel={text('cancel')}
      actions={
        <Button onClick={() => props.onSave(draft)} disabled={isBusy}>
          {text('save')}
        </Button>
      }
    >
      <Fields {...props} draft={draft} set={set} />
    </Dialog>
  );
}

function Fields({
  paths,
  place,
  problem,
  isShown = () => true,
  extra,
  draft,
  set,
}: EditDialogProps & {
  readonly draft: Draft;
  readonly set: (member: string, value: unknown) => void;
}): JSX.Element {
  const named = useNamedProblems();
  const shown = paths.filter((path) => isShown(memberOf(path), draft));
  const placeOf = (path: SettingPath): string => `${place}.${memberOf(path)}`;
  const rest = otherProblems(problem, shown.map(placeOf));
  return (
    <div className={css.form}>
      {shown.map((path) => (
        <ControlInput
          key={path}
          path={path}
          value={draft[memberOf(path)]}
          onChange={(value) => set(memberOf(path), value)}
          problem={problemAt(ownProblems(problem), placeOf(path))}
        />
      ))}
      {extra?.(draft)}
      {rest !== null && (
        <p role="alert" className={css.problem}>
          {named(rest)}
        </p>
      )}
    </div>
  );
}

/** A problem without a setting's name is shown once, below all fields. */
function ownProblems(problem: string | null): string | null {
  return problem !== null && /^[A-Za-z]\w*(\.[\w-]+)*: /.test(problem) ? problem : null;
}

/** Maps of secrets tell only what changes. */
function merged(before: unknown, value: unknown): unknown {
  return isPlain(before) && isPlain(value) ? { ...before, ...value } : value;
}
