import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { ClientModel } from '../../../shared/clients.ts';
import { UNKNOWN, formatCompact, formatCount } from '../../../shared/format.ts';
import { formatWattHours } from '../../../shared/format-energy.ts';
import type { Column } from '../../ui/Table.tsx';
import css from './clients.module.css';

type Counts = Omit<ClientModel, 'model'>;

type TokenKey = 'input' | 'cached' | 'output';
type Text = (key: 'requests' | 'errors' | 'tokens' | 'energy' | 'energyUnit' | TokenKey) => string;

/** Columns of sums: requests, errors, tokens and energy. */
export function useCountColumns<Row extends Counts>(): readonly Column<Row>[] {
  const text = useTranslations('clients');
  return useMemo(
    () => [
      ...requestColumns<Row>(text),
      tokenColumn<Row>(text, 'input', ({ inputTokens }) => inputTokens, 'keep'),
      tokenColumn<Row>(text, 'cached', ({ cachedInputTokens }) => cachedInputTokens, 'drop'),
      tokenColumn<Row>(text, 'output', ({ outputTokens }) => outputTokens, 'keep'),
      energyColumn<Row>(text),
    ],
    [text],
  );
}

function requestColumns<Row extends Counts>(text: Text): readonly Column<Row>[] {
  return [
    {
      ...{ key: 'requests', head: text('requests'), width: '80px', numeric: true, narrow: 'keep' },
      value: ({ requests }) => requests,
      cell: ({ requests }) => formatCount(requests),
    },
    {
      ...{ key: 'errors', head: text('errors'), width: '60px', numeric: true, narrow: 'drop' },
      value: ({ errors }) => errors,
      text: ({ errors }) => formatCount(errors),
      cell: ({ errors }) => (
        <span className={errors > 0 ? css.bad : undefined}>{formatCount(errors)}</span>
      ),
    },
  ];
}

function tokenColumn<Row extends Counts>(
  text: Text,
  key: TokenKey,
  valueOf: (row: Counts) => number,
  narrow: 'keep' | 'drop',
): Column<Row> {
  // Without any known count, a sum of 0 would be a claim.
  const known = (row: Counts): number | null =>
    row.requests > 0 && row.requests === row.unmeteredRequests ? null : valueOf(row);
  return {
    ...{ key, head: text(key), unit: text('tokens'), width: '66px', numeric: true, narrow },
    value: known,
    cell: (row) => <span title={formatCount(known(row))}>{formatCompact(known(row))}</span>,
    text: (row) => formatCount(known(row)),
  };
}

function energyColumn<Row extends Counts>(text: Text): Column<Row> {
  return {
    ...{ key: 'energy', head: text('energy'), unit: text('energyUnit'), width: '64px' },
    ...{ numeric: true, narrow: 'keep' },
    value: ({ energyJoules }) => energyJoules,
    text: ({ energyJoules }) => formatWattHours(energyJoules),
    cell: ({ energyJoules }) => (energyJoules === null ? UNKNOWN : formatWattHours(energyJoules)),
  };
}
