import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ClientDimension, ClientLook, ClientRow } from '../../../shared/clients.ts';
import { isCancelled, useAction } from '../../state/action.ts';
import { useApi } from '../../state/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { useNotify } from '../../ui/notices.tsx';
import { ColorChoice } from './ColorChoice.tsx';
import { FormDialog } from './FormDialog.tsx';

interface LookDialogProps extends SavedClient {
  readonly row: ClientRow;
  readonly title: string;
  readonly onClose: () => void;
}

/** The name and colour that the user gives a client. */
export function LookDialog(props: LookDialogProps): JSX.Element {
  const { row, name, title, onClose } = props;
  const text = useTranslations('clients.look');
  const save = useSaveLook(props, row);
  const [label, setLabel] = useState(row.label ?? '');
  const [colour, setColour] = useState(row.colour);
  const closeAndSave = (look: ClientLook): Promise<void> => {
    // The token's dialog cannot be used while this one is open.
    onClose();
    return save(look);
  };
  const { state, problem, run } = useAction(() => {
    const trimmed = label.trim();
    return closeAndSave({ label: trimmed === '' ? null : trimmed, colour });
  });
  const reset = useAction(() => closeAndSave({ label: null, colour: null }));
  const isPlain = row.label === null && row.colour === null;
  return (
    <FormDialog
      {...{ title: text('title', { name: title }), saveText: text('save') }}
      {...{ isBusy: state === 'busy', onSave: run, onClose }}
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
    </FormDialog>
  );
}

interface SavedClient {
  readonly by: ClientDimension;
  readonly name: string;
  readonly refresh: () => void;
}

/** Saves a look, and offers to return to the one before. */
function useSaveLook(
  { by, name, refresh }: SavedClient,
  before: ClientLook,
): (look: ClientLook) => Promise<void> {
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
