import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelRow } from '../../../../shared/models-view.ts';
import { useAction } from '../../../state/action.ts';
import { useApi, useApiData, useReread } from '../../../state/api.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { useNotify } from '../../../ui/notices.tsx';
import { changeEntry, entryPath } from '../use-marks.ts';
import { OVERVIEW } from '../use-overview.ts';
import css from './dialogs.module.css';

/** The user's own notes on a model. */
export function NotesDialog({
  model,
  onClose,
}: {
  readonly model: ModelRow;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useTranslations('models.notes');
  const result = useApiData<{ readonly notes: string | null }>(
    entryPath(model.name),
    {},
    { enabled: model.hasNotes },
  );
  return (
    <Dialog title={text('title', { name: model.name })} isOpen onClose={onClose}>
      {model.hasNotes ? (
        <Loaded result={result}>
          {({ notes }) => <Editor model={model} initial={notes ?? ''} onClose={onClose} />}
        </Loaded>
      ) : (
        <Editor model={model} initial="" onClose={onClose} />
      )}
    </Dialog>
  );
}

function Editor({
  model,
  initial,
  onClose,
}: {
  readonly model: ModelRow;
  readonly initial: string;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useTranslations('models.notes');
  const api = useApi();
  const notify = useNotify();
  const reread = useReread();
  const [notes, setNotes] = useState(initial);
  const { state, problem, run } = useAction(async () => {
    await changeEntry(api, model.name, { notes: notes.trim() === '' ? null : notes });
    notify(text('saved'));
    onClose();
    await Promise.all([reread(OVERVIEW), reread(entryPath(model.name))]);
  });
  return (
    <div className={css.fields}>
      <textarea
        className={css.notes}
        aria-label={text('label')}
        rows={8}
        maxLength={4_000}
        value={notes}
        autoFocus
        onChange={(event) => setNotes(event.target.value)}
      />
      {problem !== null && <p role="alert">{problem}</p>}
      <div className={css.verb}>
        <Button onClick={run} disabled={state === 'busy'}>
          {text('save')}
        </Button>
      </div>
    </div>
  );
}
