import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatBytes } from '../../../../shared/format.ts';
import { useAction } from '../../../state/action.ts';
import { useApi } from '../../../state/api.tsx';
import { Button } from '../../../ui/Button.tsx';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { Field } from '../../../ui/Field.tsx';
import css from '../settings.module.css';
import type { StoredData } from './stored-data.ts';

/** Copies the ledger to a file, or takes one in. Files are on the machine of Tokwatt. */
export function BackupData({
  data,
  onImported,
}: {
  readonly data: StoredData | null;
  readonly onImported: () => void;
}): JSX.Element {
  return (
    <>
      <Backup />
      <Import rows={data?.activity.rows ?? 0} onImported={onImported} />
    </>
  );
}

function Backup(): JSX.Element {
  const text = useTranslations('settings.retention');
  const api = useApi();
  const [file, setFile] = useState('');
  const [bytes, setBytes] = useState<number | null>(null);
  const { state, problem, run } = useAction(async () => {
    setBytes(null);
    const body = { file: file.trim() };
    setBytes((await api.send<{ bytes: number }>('POST', '/data/backup', body)).bytes);
  });
  return (
    <div className={css.action}>
      <Field
        label={text('backupFile')}
        kind="address"
        hint={text('backupHint')}
        value={file}
        onChange={setFile}
        onEnter={run}
        problem={problem}
      />
      <Button onClick={run} disabled={state === 'busy' || file.trim() === ''}>
        {text('backupDo')}
      </Button>
      <span role="status" className={css.soft}>
        {bytes !== null && text('backedUp', { size: formatBytes(bytes) })}
      </span>
    </div>
  );
}

function Import({
  rows,
  onImported,
}: {
  readonly rows: number;
  readonly onImported: () => void;
}): JSX.Element {
  const text = useTranslations('settings.retention');
  const [file, setFile] = useState('');
  const [isAsked, setAsked] = useState(false);
  const [done, setDone] = useState<Imported | null>(null);
  return (
    <div className={css.action}>
      <Field
        label={text('importFile')}
        kind="address"
        hint={text('importHint')}
        value={file}
        onChange={setFile}
      />
      <Button onClick={() => setAsked(true)} disabled={file.trim() === ''}>
        {text('importDo')}
      </Button>
      <span role="status" className={css.soft}>
        {done !== null && text('imported', { rows: done.rows, file: done.setAside })}
      </span>
      {isAsked && (
        <Question
          rows={rows}
          file={file.trim()}
          onClose={() => setAsked(false)}
          onDone={(result) => {
            setDone(result);
            onImported();
          }}
        />
      )}
    </div>
  );
}

interface Imported {
  readonly rows: number;
  /** Where the earlier ledger is. */
  readonly setAside: string;
}

function Question({
  rows,
  file,
  onClose,
  onDone,
}: {
  readonly rows: number;
  readonly file: string;
  readonly onClose: () => void;
  readonly onDone: (result: Imported) => void;
}): JSX.Element {
  const text = useTranslations('settings.retention');
  const api = useApi();
  return (
    <ConfirmDialog
      title={text('importTitle')}
      verb={text('importVerb')}
      isOpen
      onClose={onClose}
      perform={async () => onDone(await api.send<Imported>('POST', '/data/import', { file }))}
    >
      <p>{text('importText', { rows, file })}</p>
    </ConfirmDialog>
  );
}
