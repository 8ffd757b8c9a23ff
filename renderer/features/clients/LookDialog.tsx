import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ClientDimension, ClientLook, ClientRow } from '../../../shared/clients.ts';
import { isCancelled, useAction } from '../../state/action.ts';
import { useApi } from '../../state/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { useNotify } from '../../ui/notices.tsx';
import css from './clients.module.css';
import { ColorChoice } from './ColorChoice.tsx';

/** The name and colour that the user gives a client. */
export function LookDialog({
  row,
  by,
  name,
  title,
  refresh,
  onClose,
}: {
  readonly row: ClientRow;
  readonly by: ClientDimension;
  readonly name: string;
  readonly title: string;
  readonly refresh: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useTranslations('clients.look');
  const save = useSaveLook({ by, name, before: row, refresh });
  const [label, setLabel] = useState(row.label ?? '');
  const [colour, setColour] = useState(row.colour);
  const { state, problem, run } = useAction(async () => {
    const trimmed = label.trim();
    // The token's dialog cannot be used while this one is open.
    onClose();
    await save({ label: trimmed === '' ? null : trimmed, colour });
  });
  const isPlain = row.label === null && row.colour === null;
  const reset = useAction(async () => {
    onClose();
    await save({ label: null, colour: null });
  });
  return (
    <Dialog
      title={text('title', { name: title })}
      isOpen
      onClose={onClose}
      actions={
        <Button onClick={run} disabled={state === 'busy'}>
          {text('save')}
        </Button>
      }
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <Field
          {...{ label: text('label'), value: label, onChange: setLabel, placeholder: name }}
          {...{ hint: text('labelHint'), problem: problem ?? reset.problem, focused: true }}
        />
        <ColorChoice colour={colour} onChange={setColour} />
        {!isPlain && (
          <div>
            <Button plain onClick={reset.run}>
              {text('reset')}
            </Button>
          </div>
        )}
      </form>
    </Dialog>
  );
}

/** Saves a look, and offers to return to the one before. */
function useSaveLook({
  by,
  name,
  before,
  refresh,
}: {
  readonly by: ClientDimension;
  readonly name: string;
  readonly before: ClientLook;
  readonly refresh: () => void;
}): (look: ClientLook) => Promise<void> {
  const text = useTranslations('clients.look');
  const api = useApi();
  const notify = useNotify();
  const path = `/clients/${by}/${encodeURIComponent(name)}`;
  const put = async ({ label, colour }: ClientLook): Promise<void> => {
    if (label === null && colour === null) await api.send('DELETE', path);
    else await api.send('PUT', path, { label, colour });
    refresh();
  };
  return async (look) => {
    try {
      await put(look);
    } catch (error) {
      if (!isCancelled(error)) notify(text('failed'));
      return;
    }
    notify(text('saved', { name: look.label ?? name }), () => {
      put(before).catch(() => notify(text('failed')));
    });
  };
}
