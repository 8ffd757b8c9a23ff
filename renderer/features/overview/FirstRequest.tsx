import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatJoules } from '../../../shared/format-energy.ts';
import { formatCount, formatDuration, formatMarked, formatRate } from '../../../shared/format.ts';
import { foreignName } from '../../../shared/foreign-name.ts';
import { addressOf } from '../../../shared/page-address.ts';
import type { PublicRecord } from '../../../shared/public-record.ts';
import { useSliceOfSecond } from '../../state/context.tsx';
import { usePersisted } from '../../state/persisted.ts';
import { Button } from '../../ui/Button.tsx';
import css from './FirstRequest.module.css';
import { firstRequest } from './first-request.ts';

/** Where the id of the row that was read is kept. */
const READ_KEY = 'overview.firstRequest';

/** What was asked first, how fast it was, and what it cost in energy. It goes when it was read. */
export function FirstRequest({ sawNone }: { readonly sawNone: boolean }): JSX.Element | null {
  const text = useTranslations('connect.first');
  const totals = useSliceOfSecond('totals');
  const recent = useSliceOfSecond('recent');
  const [readId, setReadId] = usePersisted(READ_KEY);
  const row = firstRequest({ totals, recent }, sawNone);
  if (row === null || readId === String(row.id)) return null;
  return (
    <section className={css.first} aria-label={text('title')}>
      <svg className={css.tick} viewBox="0 0 16 16" aria-hidden="true">
        <path d="m3 8.5 3.5 3.5L13 4.5" />
      </svg>
      <div className={css.words}>
        <h2 className={css.title}>{text('title')}</h2>
        <Asked row={row} />
        <p className={css.figures}>{row.error === null ? <Figures row={row} /> : text('failed')}</p>
      </div>
      <div className={css.actions}>
        <a href={`#${addressOf('activity')}?id=${row.id}`}>{text('open')}</a>
        <Button onClick={() => setReadId(String(row.id))}>{text('close')}</Button>
      </div>
    </section>
  );
}

function Asked({ row }: { readonly row: PublicRecord }): JSX.Element {
  const text = useTranslations('connect.first');
  const { application, process } = row.client;
  const who = application ?? process;
  return (
    <p role="status">
      {text.rich('asked', {
        who: who === null ? text('someone') : foreignName(who),
        upstream: foreignName(row.upstream),
        model: () => <b>{foreignName(row.countedModel ?? row.model ?? '–')}</b>,
      })}
    </p>
  );
}

function Figures({ row }: { readonly row: PublicRecord }): JSX.Element {
  const text = useTranslations('connect.first');
  const { usage, rates, timing, energyJoules } = row;
  const energy = formatMarked(formatJoules(energyJoules), 'estimated');
  const parts = [
    text('tokens', {
      input: formatMarked(formatCount(usage.inputTokens), usage.provenance.input),
      output: formatMarked(formatCount(usage.outputTokens), usage.provenance.output),
    }),
    text('took', { time: formatDuration(timing.durationMs) }),
    ...(rates.outputTokensPerSecond === null
      ? []
      : [formatMarked(formatRate(rates.outputTokensPerSecond), rates.provenance.output)]),
    energyJoules === null ? text('noEnergy') : text('energy', { energy }),
  ];
  return <>{parts.join(' · ')}</>;
}
