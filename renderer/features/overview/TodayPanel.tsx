import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Usual, UsualFigure } from '../../../shared/history.ts';
import { UNKNOWN, formatCompact, formatCount, formatMarked } from '../../../shared/format.ts';
import {
  formatCarbon,
  formatKwh,
  formatMeanPrice,
  formatMoney,
} from '../../../shared/format-cost.ts';
import { localTime } from '../../../shared/local-time.ts';
import { QuartileBar } from '../../charts/simple/QuartileBar.tsx';
import { useApiData } from '../../state/api.tsx';
import { useNow } from '../../state/clock.ts';
import { useSliceOfSecond } from '../../state/context.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import css from './TodayPanel.module.css';

const EVERY_MS = 60_000;
const JOULES_PER_KWH = 3_600_000;

const FORMATS = {
  requests: formatCount,
  tokens: formatCompact,
  // Energy is measured for the machine but divided among requests by estimate.
  energyJoules: (joules: number) => formatMarked(formatKwh(joules / JOULES_PER_KWH), 'estimated'),
} as const;

/** The sums of the day so far, beside what is usual until this hour. */
export function TodayPanel(): JSX.Element {
  const text = useTranslations('overview.today');
  const { data } = useApiData<Usual>('/history/usual', {}, { everyMs: EVERY_MS });
  const hour = localTime(useNow(false)).getHours();
  const shown = data?.hours.find((each) => each.hour === hour);
  const isUsualKnown = data !== undefined && data.days >= data.neededDays;
  const aside = isUsualKnown && text('usualNote', { hour: hour + 1, days: data.days });
  return (
    <Panel title={text('title')} aside={aside}>
      <dl className={css.figures}>
        <Figure name={text('requests')} figure={shown?.requests} format={FORMATS.requests} />
        <Figure name={text('tokens')} figure={shown?.tokens} format={FORMATS.tokens} />
        <Figure name={text('energy')} figure={shown?.energyJoules} format={FORMATS.energyJoules} />
        <Cost />
      </dl>
    </Panel>
  );
}

function Figure({
  name,
  figure,
  format,
}: {
  readonly name: string;
  readonly figure: UsualFigure | undefined;
  readonly format: (value: number) => string;
}): JSX.Element {
  const text = useTranslations('overview.today');
  const value = figure?.todaySoFar ?? null;
  const usual = figure?.usualSoFar ?? null;
  const words =
    usual === null
      ? null
      : text('usual', {
          middle: format(usual.p50),
          low: format(usual.p25),
          high: format(usual.p75),
        });
  return (
    <div className={css.figure}>
      <dt className={css.name}>{name}</dt>
      <dd className={css.value}>{value === null ? UNKNOWN : format(value)}</dd>
      <dd className={css.usual}>{words}</dd>
      {usual !== null && (
        <dd className={css.bar}>
          <QuartileBar
            value={value}
            {...usual}
            label={`${text('usualOf', { figure: name })}: ${words ?? ''}`}
          />
        </dd>
      )}
    </div>
  );
}

/** Empty without a tariff. */
function Cost(): JSX.Element | null {
  const text = useTranslations('overview.today');
  const cost = useSliceOfSecond('cost');
  if (cost === null) return null;
  const carbon = cost.co2Grams === null ? null : formatCarbon(cost.co2Grams);
  // Energy without a price would make the mean too low.
  const mean = cost.isComplete ? formatMeanPrice(cost.cost, cost.kwh, cost.currency) : null;
  const notes = [
    mean === null ? null : text('price', { price: mean }),
    carbon === null ? null : text('carbon', { amount: formatMarked(carbon, 'estimated') }),
  ].filter((note) => note !== null);
  return (
    <div className={css.figure}>
      <dt className={css.name}>{text('cost')}</dt>
      <dd className={css.value}>
        {formatMarked(formatMoney(cost.cost, cost.currency), 'estimated')}
      </dd>
      <dd className={css.usual}>
        {notes.join(' · ')}
        {!cost.isComplete && <Note footnote>{text('incomplete')}</Note>}
      </dd>
    </div>
  );
}
