import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatBytes } from '../../../../shared/format.ts';
import type { ModelPlace, ModelRow } from '../../../../shared/models-view.ts';
import { useApi, useReread } from '../../../state/api.tsx';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { useNotify } from '../../../ui/notices.tsx';
import { actionPath } from '../rows.ts';
import { OVERVIEW } from '../use-overview.ts';
import css from './dialogs.module.css';
import { PlaceSelect } from './PlaceSelect.tsx';

interface RemoveDialogProps {
  readonly model: ModelRow;
  readonly places: readonly ModelPlace[];
  readonly onClose: () => void;
}

/** Asks before a model is deleted, and says what goes and from where. */
export function RemoveDialog({ model, places, onClose }: RemoveDialogProps): JSX.Element {
  const text = useTranslations('models');
  const api = useApi();
  const notify = useNotify();
  const reread = useReread();
  const [place, setPlace] = useState(places[0]);
  const { name, sizeBytes } = model;
  const upstream = place?.upstream ?? '';
  const known = sizeBytes === null ? null : formatBytes(sizeBytes);
  const remove = async (): Promise<void> => {
    if (place === undefined) return;
    await api.send('DELETE', actionPath(place, ''));
    notify(text('actions.removed', { name, upstream }));
    void reread(OVERVIEW);
  };
  return (
    <ConfirmDialog
      title={text('remove.title', { name })}
      verb={known === null ? text('remove.verbPlain') : text('remove.verb', { size: known })}
      isOpen
      onClose={onClose}
      perform={remove}
    >
      <div className={css.fields}>
        {place !== undefined && <PlaceSelect {...{ places, place }} onChange={setPlace} />}
        <p>
          {text('remove.what', { name, upstream, size: known ?? text('remove.sizeUnknown') })}
          {place?.loaded !== null && place !== undefined && ` ${text('remove.whatLoaded')}`}
        </p>
        <p>{text('remove.keeps')}</p>
      </div>
    </ConfirmDialog>
  );
}
