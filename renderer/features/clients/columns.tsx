import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ClientDimension, ClientRow } from '../../../shared/clients.ts';
import { formatMoney } from '../../../shared/format-cost.ts';
import { UNKNOWN, formatPercent, localMinute } from '../../../shared/format.ts';
import { addressOf } from '../../../shared/page-address.ts';
import { LongName } from '../../ui/LongName.tsx';
import { Meter } from '../../ui/Meter.tsx';
import type { Column } from '../../ui/Table.tsx';
import { timeWidth } from '../../ui/time-width.ts';
import { dimensionQuery, sumText } from './client-name.ts';
import type { Looks } from './client-name.ts';
import css from './clients.module.css';
import { useCountColumns } from './count-columns.tsx';

/** The columns of the list of clients. */
export function useClientColumns(by: ClientDimension, looks: Looks): readonly Column<ClientRow>[] {
  const text = useTranslations('clients');
  const counts = useCountColumns<ClientRow>();
  return useMemo(
    () => [
      {
        key: 'name',
        head: text('name'),
        narrow: 'lead',
        cell: (row) => <ClientName row={row} looks={looks} by={by} />,
        text: looks.title,
      },
      ...counts,
      {
        ...{ key: 'share', head: text('share'), width: '104px', numeric: true, narrow: 'drop' },
        value: ({ tokenShare }) => tokenShare,
        text: ({ tokenShare }) => percentText(tokenShare),
        cell: (row) => (
          <Share share={row.tokenShare} label={text('shareOf', { name: looks.title(row) })} />
        ),
      },
      ...(by === 'process' ? [] : [costColumn(text('cost'))]),
      ...seen(text),
      ...(by === 'process' ? [] : [budgetColumn(text('budget'))]),
    ],
    [text, counts, by, looks],
  );
}

/** Costs and budgets are not by process. */
function costColumn(head: string): Column<ClientRow> {
  return {
    ...{ key: 'cost', head, width: '72px', numeric: true, narrow: 'drop' },
    value: ({ cost }) => cost[0]?.cost ?? null,
    text: ({ cost }) => sumText(cost, formatMoney) ?? UNKNOWN,
    cell: ({ cost }) => sumText(cost, formatMoney) ?? UNKNOWN,
  };
}

function budgetColumn(head: string): Column<ClientRow> {
  return {
    ...{ key: 'budget', head, width: '72px', numeric: true, narrow: 'drop' },
    value: ({ budgets }) => fullest(budgets),
    text: ({ budgets }) => percentText(fullest(budgets)),
    cell: ({ budgets }) => percentText(fullest(budgets)),
  };
}

function seen(text: (key: 'first' | 'last') => string): readonly Column<ClientRow>[] {
  return [
    {
      ...{ key: 'first', head: text('first'), width: '88px', narrow: 'drop', numeric: true },
      isSpare: true,
      value: ({ firstDay }) => (firstDay === null ? null : Date.parse(firstDay)),
      text: ({ firstDay }) => firstDay ?? UNKNOWN,
      cell: ({ firstDay }) => firstDay ?? UNKNOWN,
    },
    {
      ...{
        key: 'last',
        head: text('last'),
        width: `${timeWidth(140)}px`,
        narrow: 'leadEnd',
        numeric: true,
      },
      isSpare: true,
      value: ({ lastSeenAt }) => lastSeenAt,
      text: ({ lastSeenAt }) => (lastSeenAt === null ? UNKNOWN : localMinute(lastSeenAt)),
      cell: ({ lastSeenAt }) => (lastSeenAt === null ? UNKNOWN : localMinute(lastSeenAt)),
    },
  ];
}

/** The share of the budget that is used up most. */
function fullest(budgets: ClientRow['budgets']): number | null {
  return budgets.reduce<number | null>(
    (most, { share }) => (share === null ? most : Math.max(most ?? 0, share)),
    null,
  );
}

function percentText(share: number | null): string {
  return formatPercent(share === null ? null : share * 100);
}

function ClientName({
  row,
  looks,
  by,
}: {
  readonly row: ClientRow;
  readonly looks: Looks;
  readonly by: ClientDimension;
}): JSX.Element {
  const title = looks.title(row);
  return (
    <span className={css.name}>
      <span className={css.swatch} style={{ background: looks.color(row) }} aria-hidden="true" />
      {row.name === null ? (
        <span className={css.none} title={title}>
          {title}
        </span>
      ) : (
        <a className={css.link} href={`#${addressOf('clients', row.name)}${dimensionQuery(by)}`}>
          <LongName>{title}</LongName>
        </a>
      )}
    </span>
  );
}

function Share({
  share,
  label,
}: {
  readonly share: number | null;
  readonly label: string;
}): JSX.Element {
  if (share === null) return <>{UNKNOWN}</>;
  const shown = percentText(share);
  return (
    <span className={css.share}>
      <Meter label={label} percent={share * 100} text={shown} />
      {shown}
    </span>
  );
}
