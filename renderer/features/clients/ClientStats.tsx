import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ClientRow, Clients } from '../../../shared/clients.ts';
import { formatMoney } from '../../../shared/format-cost.ts';
import {
  UNKNOWN,
  formatCompact,
  formatCount,
  formatPercent,
  localMinute,
} from '../../../shared/format.ts';
import { formatWattHours } from '../../../shared/format-energy.ts';
import { Note } from '../../ui/Note.tsx';
import { Stat } from '../../ui/Stat.tsx';
import { sumText } from './client-name.ts';
import css from './clients.module.css';

export interface ClientStatsProps {
  readonly row: ClientRow;
  readonly days: Pick<Clients, 'from' | 'to'>;
}

/** The sums of a client over whole days. */
export function ClientStats({ row, days: { from, to } }: ClientStatsProps): JSX.Element {
  const text = useTranslations('clients');
  const { firstDay, lastSeenAt } = row;
  return (
    <>
      <Sums row={row} />
      <Note footnote>
        {text('wholeDays', { from, to: to - 1 })} {text('first')}: {firstDay ?? UNKNOWN}.{' '}
        {text('last')}: {lastSeenAt === null ? UNKNOWN : localMinute(lastSeenAt)}.
      </Note>
    </>
  );
}

function Sums({ row }: Pick<ClientStatsProps, 'row'>): JSX.Element {
  const text = useTranslations('clients');
  const { requests, errors, tokenShare } = row;
  const isMetered = requests > row.unmeteredRequests;
  const tokens = (value: number): { value: string; unit: string } => ({
    value: formatCompact(isMetered ? value : null),
    unit: text('tokens'),
  });
  const cost = sumText(row.cost, formatMoney);
  const share = formatPercent(tokenShare === null ? null : tokenShare * 100);
  return (
    <dl className={css.stats}>
      <Stat
        {...{ label: text('requests'), value: formatCount(requests), unit: '', raw: requests }}
        testId="client-requests"
      />
      <Stat label={text('errors')} value={formatCount(errors)} unit="" />
      <Stat label={text('input')} color="var(--input)" {...tokens(row.inputTokens)} />
      <Stat label={text('cached')} {...tokens(row.cachedInputTokens)} />
      <Stat label={text('output')} color="var(--output)" {...tokens(row.outputTokens)} />
      <Stat label={text('share')} value={share} unit="" />
      <Stat
        label={text('energy')}
        value={formatWattHours(row.energyJoules)}
        unit={row.energyJoules === null ? '' : text('energyUnit')}
      />
      <Stat label={text('cost')} value={cost ?? UNKNOWN} unit="" />
    </dl>
  );
}
