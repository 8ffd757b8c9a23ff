import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ClientDimension, ClientRow, Clients } from '../../../shared/clients.ts';
import { useParam } from '../../state/address.ts';
import { useApiData } from '../../state/api.tsx';
import { useNow } from '../../state/clock.ts';
import { addressOf } from '../../../shared/page-address.ts';
import { refreshMs, roundedNow, useRange } from '../../state/range.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { RangePicker } from '../../ui/RangePicker.tsx';
import { Toolbar } from '../../ui/Toolbar.tsx';
import { BudgetList } from './BudgetList.tsx';
import { ClientCharts } from './ClientCharts.tsx';
import { ClientModels } from './ClientModels.tsx';
import { ClientStats } from './ClientStats.tsx';
import { dimensionQuery, useDimension, useLooks } from './client-name.ts';
import css from './clients.module.css';
import { LookDialog } from './LookDialog.tsx';

/** One client: what it asked of which model, over the range. */
export function ClientPage({ name }: { readonly name: string }): JSX.Element {
  const text = useTranslations('clients');
  const [by] = useDimension();
  const [range, setRange] = useRange('30d');
  const now = useNow(range.preset !== null);
  const { from, to } = range.at(roundedNow(range, now));
  const everyMs = refreshMs(range);
  const result = useApiData<Clients>(
    '/clients',
    { by, name, from, to },
    everyMs === undefined ? {} : { everyMs },
  );
  return (
    <>
      <Toolbar>
        <a className={css.back} href={`#${addressOf('clients')}${dimensionQuery(by)}`}>
          ← {text('all')}
        </a>
        <RangePicker range={range} onChange={setRange} />
      </Toolbar>
      <Loaded result={result}>
        {({ clients: [row], ...days }) =>
          row === undefined ? (
            <EmptyState>{text('unknownClient', { name })}</EmptyState>
          ) : (
            <Client {...{ row, by, name }} refresh={() => void result.refetch()}>
              <ClientStats row={row} days={days} />
              <ClientCharts {...{ by, name }} range={{ from, to }} onZoom={setRange} />
            </Client>
          )
        }
      </Loaded>
    </>
  );
}

interface ShownClient {
  readonly row: ClientRow;
  readonly by: ClientDimension;
  readonly name: string;
  readonly refresh: () => void;
}

interface ClientProps extends ShownClient {
  /** The sums and the charts. */
  readonly children: readonly [JSX.Element, JSX.Element];
}

function Client({ children: [stats, charts], ...client }: ClientProps): JSX.Element {
  const { row, by, name, refresh } = client;
  const text = useTranslations('clients');
  const looks = useLooks(by, [row]);
  const title = looks.title(row);
  return (
    <div className={css.parts}>
      <div>
        <Title {...client} title={title} color={looks.color(row)} />
        {stats}
        {row.unmeteredRequests > 0 && (
          <Note footnote>{text('unmetered', { count: row.unmeteredRequests })}</Note>
        )}
      </div>
      <Panel title={text('models')}>
        <ClientModels row={row} title={title} />
      </Panel>
      <Panel title={text('charts.title')}>{charts}</Panel>
      {by !== 'process' && (
        <Panel title={text('budgets')}>
          <BudgetList {...{ row, by, name, title, refresh }} />
        </Panel>
      )}
    </div>
  );
}

interface TitleProps extends ShownClient {
  readonly title: string;
  readonly color: string;
}

function Title({ color, ...client }: TitleProps): JSX.Element {
  const { title, name } = client;
  const text = useTranslations('clients');
  return (
    <div className={css.title}>
      <h2>
        <span className={css.swatch} style={{ background: color }} aria-hidden="true" />
        <LongName>{title}</LongName>
      </h2>
      {title !== name && <span className={css.own}>{text('ownName', { name })}</span>}
      <Links {...client} />
    </div>
  );
}

function Links({ row, by, name, title, refresh }: Omit<TitleProps, 'color'>): JSX.Element {
  const text = useTranslations('clients');
  const [isOpen, setOpen] = useState(false);
  const [range] = useParam('range', '30d');
  const filter = new URLSearchParams({ [by]: name, range }).toString();
  return (
    <div className={css.links}>
      <a href={`#${addressOf('activity')}?${filter}`}>{text('exchanges')}</a>
      <a href={`#${addressOf('history')}?${filter}`}>{text('history')}</a>
      <Button onClick={() => setOpen(true)}>{text('customize')}</Button>
      {isOpen && (
        <LookDialog {...{ row, by, name, title, refresh }} onClose={() => setOpen(false)} />
      )}
    </div>
  );
}
