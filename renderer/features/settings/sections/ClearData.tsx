import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useApi } from '../../../state/api.tsx';
import { Button } from '../../../ui/Button.tsx';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { useNotify } from '../../../ui/notices.tsx';
import css from '../settings.module.css';
import { CLEARS, rowsOf } from './stored-data.ts';
import type { Clearing, StoredData } from './stored-data.ts';

const ORDER = Object.keys(CLEARS) as Clearing[];

/** Deletes a part of what is stored, after a question that says how much goes. */
export function ClearData({
  data,
  onCleared,
}: {
  readonly data: StoredData;
  readonly onCleared: () => void;
}): JSX.Element {
  const text = useTranslations('settings.retention');
  const api = useApi();
  const notify = useNotify();
  const [asked, setAsked] = useState<Clearing | null>(null);
  const clear = async (what: Clearing): Promise<void> => {
    await api.send('DELETE', `/data/${what}`, { confirm: true });
    notify(text('cleared', { what: text(`clears.${what}`).replace('…', '') }));
    onCleared();
  };
  return (
    <div className={css.object}>
      <p className={css.note}>{text('clearNote')}</p>
      <div className={css.submit}>
        {ORDER.map((what) => (
          <Button key={what} disabled={rowsOf(data, what) === 0} onClick={() => setAsked(what)}>
            {text(`clears.${what}`)}
          </Button>
        ))}
      </div>
      {asked !== null && (
        <ConfirmDialog
          title={text(`clearTitle.${asked}`)}
          verb={text(`clearVerb.${asked}`, { rows: rowsOf(data, asked) })}
          isOpen
          onClose={() => setAsked(null)}
          perform={() => clear(asked)}
        >
          <p>{text(`clearText.${asked}`)}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
