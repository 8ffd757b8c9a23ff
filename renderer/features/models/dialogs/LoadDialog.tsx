import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelManager, ModelPlace, ModelRow } from '../../../../shared/models-view.ts';
import { useReason, useSay } from '../../../i18n/use-sentences.ts';
import { useAction } from '../../../state/action.ts';
import { useApi, useReread } from '../../../state/api.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { Field } from '../../../ui/Field.tsx';
import { Note } from '../../../ui/Note.tsx';
import { useNotify } from '../../../ui/notices.tsx';
import { Select } from '../../../ui/Select.tsx';
import { actionPath, isKeepAlive, limitOf } from '../rows.ts';
import type { Limit } from '../rows.ts';
import { OVERVIEW } from '../use-overview.ts';
import css from './dialogs.module.css';
import { PlaceSelect } from './PlaceSelect.tsx';

const TIMES = ['server', '5m', '30m', '1h', '4h', '-1', 'custom'] as const;
type Time = (typeof TIMES)[number];

interface LoadDialogProps {
  readonly model: ModelRow;
  readonly places: readonly ModelPlace[];
  readonly managers: readonly ModelManager[];
  readonly onClose: () => void;
}

/** Loads a model and sets how long it stays, where the server lets others decide that. */
export function LoadDialog({ model, places, managers, onClose }: LoadDialogProps): JSX.Element {
  const text = useTranslations('models.load');
  const [place, setPlace] = useState(places[0]);
  const [time, setTime] = useState<Time>('server');
  const [custom, setCustom] = useState('');
  const load = useLoad(model, onClose);
  const fixed = place === undefined ? null : limitOf(place.upstream, 'keepAlive', managers);
  const chosen = time === 'custom' ? custom.trim() : time;
  const keepAlive = fixed !== null || chosen === 'server' ? null : chosen;
  const isValid = place !== undefined && (keepAlive === null || isKeepAlive(keepAlive));
  const { state, problem, run } = useAction(async () => {
    if (place !== undefined) await load(place, keepAlive);
  });
  const isBusy = state === 'busy';
  return (
    <Dialog
      title={text('title', { name: model.name })}
      isOpen
      onClose={onClose}
      actions={
        <Button onClick={run} disabled={!isValid || isBusy}>
          {text(isBusy ? 'busy' : 'verb')}
        </Button>
      }
    >
      <div className={css.fields}>
        {place !== undefined && <PlaceSelect {...{ places, place }} onChange={setPlace} />}
        {fixed === null ? (
          <KeepAlive {...{ time, setTime, custom, setCustom }} />
        ) : (
          <NoKeepAlive upstream={place?.upstream ?? ''} limit={fixed} />
        )}
        <Note footnote>{text('goesOn')}</Note>
        {problem !== null && <p role="alert">{problem}</p>}
      </div>
    </Dialog>
  );
}

function NoKeepAlive({
  upstream,
  limit: { why, said },
}: {
  readonly upstream: string;
  readonly limit: Limit;
}): JSX.Element {
  const text = useTranslations('models.load');
  const say = useSay();
  return <Note>{text('noKeepAlive', { upstream, why: say(said, why) })}</Note>;
}

function KeepAlive({
  time,
  setTime,
  custom,
  setCustom,
}: {
  readonly time: Time;
  readonly setTime: (time: Time) => void;
  readonly custom: string;
  readonly setCustom: (text: string) => void;
}): JSX.Element {
  const text = useTranslations('models.load');
  const isWrong = custom.trim() !== '' && !isKeepAlive(custom.trim());
  return (
    <>
      <Select
        label={text('keepAlive')}
        value={time}
        options={TIMES.map((value) => ({ value, label: text(`times.${value}`) }))}
        onChange={setTime}
      />
      {time === 'custom' && (
        <Field
          label={text('custom')}
          value={custom}
          onChange={setCustom}
          hint={text('customHint')}
          problem={isWrong ? text('customProblem') : null}
        />
      )}
    </>
  );
}

/** The load goes on when the dialog is closed, and a notice says how it ended. */
function useLoad(
  model: ModelRow,
  onClose: () => void,
): (place: ModelPlace, keepAlive: string | null) => Promise<void> {
  const text = useTranslations('models.actions');
  const api = useApi();
  const notify = useNotify();
  const reread = useReread();
  const reason = useReason();
  const isOpen = useRef(true);
  useEffect(() => {
    isOpen.current = true;
    return () => {
      isOpen.current = false;
    };
  }, []);
  return async (place, keepAlive) => {
    const { name } = model;
    // A number means for ever, a text is a time.
    const wanted = keepAlive === '-1' ? -1 : keepAlive;
    try {
      const body = wanted === null ? undefined : { keepAlive: wanted };
      await api.send('POST', actionPath(place, 'load'), body);
      notify(text('loaded', { name }));
      if (isOpen.current) onClose();
    } catch (error) {
      if (isOpen.current) throw error;
      notify(text('failed', { message: reason(error) }));
    } finally {
      void reread(OVERVIEW);
    }
  };
}
