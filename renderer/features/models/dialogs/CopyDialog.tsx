import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelPlace, ModelRow } from '../../../../shared/models-view.ts';
import { useAction } from '../../../state/action.ts';
import { useApi, useReread } from '../../../state/api.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { Field } from '../../../ui/Field.tsx';
import { useNotify } from '../../../ui/notices.tsx';
import { actionPath } from '../rows.ts';
import { OVERVIEW } from '../use-overview.ts';
import css from './dialogs.module.css';
import { PlaceSelect } from './PlaceSelect.tsx';

interface CopyDialogProps {
  readonly model: ModelRow;
  readonly places: readonly ModelPlace[];
  readonly onClose: () => void;
}

/** Gives a model a second name. */
export function CopyDialog({ model, places, onClose }: CopyDialogProps): JSX.Element {
  const text = useTranslations('models.copy');
  const [place, setPlace] = useState(places[0]);
  const [name, setName] = useState('');
  const destination = name.trim();
  const copy = useCopy(model, onClose);
  const { state, problem, run } = useAction(async () => {
    if (place !== undefined) await copy(place, destination);
  });
  return (
    <Dialog title={text('title', { name: model.name })} isOpen onClose={onClose}>
      <form
        className={css.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (destination !== '') run();
        }}
      >
        {place !== undefined && <PlaceSelect {...{ places, place }} onChange={setPlace} />}
        <Field
          {...{ label: text('destination'), hint: text('explain'), problem }}
          value={name}
          onChange={setName}
          focused
        />
        <div className={css.verb}>
          <Button disabled={destination === '' || state === 'busy'}>{text('verb')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function useCopy(
  { name }: ModelRow,
  onClose: () => void,
): (place: ModelPlace, destination: string) => Promise<void> {
  const text = useTranslations('models.actions');
  const api = useApi();
  const notify = useNotify();
  const reread = useReread();
  return async (place, destination) => {
    await api.send('POST', actionPath(place, 'copy'), { destination });
    notify(text('copied', { name, destination }));
    onClose();
    await reread(OVERVIEW);
  };
}
