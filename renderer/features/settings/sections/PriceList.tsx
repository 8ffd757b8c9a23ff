import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useAction } from '../../../state/action.ts';
import { useApi, useApiData } from '../../../state/api.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { Problem } from '../Section.tsx';
import css from '../settings.module.css';

/** The parts of `GET /api/prices` that are shown. */
interface Prices {
  readonly list: {
    readonly kind: string;
    readonly source: string;
    readonly date: string;
    readonly models: number;
  };
}

/** The list of token prices in use; another one can be imported from a file. */
export function PriceList(): JSX.Element {
  const text = useTranslations('settings.cost');
  const api = useApi();
  const prices = useApiData<Prices>('/prices');
  const [file, setFile] = useState<File | null>(null);
  const read = (): Promise<unknown> => prices.refetch();
  const imported = useAction(async () => {
    await api.send('POST', '/prices/import', file);
    await read();
  });
  const reset = useAction(async () => {
    await api.send('DELETE', '/prices');
    await read();
  });
  return (
    <div className={css.object}>
      <Loaded result={prices}>{({ list }) => <p>{text('list', list)}</p>}</Loaded>
      <p className={css.note}>{text('importHint')}</p>
      <div className={css.submit}>
        <input
          type="file"
          accept=".json,application/json"
          aria-label={text('importList')}
          onChange={({ target }) => setFile(target.files?.[0] ?? null)}
        />
        <Button onClick={imported.run} disabled={file === null || imported.state === 'busy'}>
          {text('importList')}
        </Button>
        <Button plain onClick={reset.run}>
          {text('reset')}
        </Button>
      </div>
      <Problem line={imported.problem ?? reset.problem} />
    </div>
  );
}
