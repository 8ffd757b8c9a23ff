import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatDuration, known } from '../../../../shared/format.ts';
import type { ActivityRecord, Timing } from '../../../../shared/usage.ts';
import { PHASES } from '../../../../shared/phases.ts';
import type { Phase } from '../../../../shared/phases.ts';
import { classNames } from '../../../ui/class-name.ts';
import { Panel } from '../../../ui/Panel.tsx';
import css from './Detail.module.css';
import { Figures } from './Figures.tsx';

function lengthOf(timing: Timing, phase: Phase): number | null {
  return timing[`${phase}Ms`];
}

/** Where the time went: a bar of the phases, with their durations. */
export function PhasesPanel({ row }: { readonly row: ActivityRecord }): JSX.Element {
  const text = useTranslations('activity.detail');
  const { timing } = row;
  const phases = PHASES.flatMap((phase) => {
    const ms = lengthOf(timing, phase);
    return ms === null ? [] : [{ phase, ms }];
  });
  const gaps = [timing.interTokenP50Ms, timing.interTokenMaxMs].map(formatDuration).join(', ');
  return (
    <Panel title={text('phases')} aside={formatDuration(timing.durationMs)}>
      {phases.length === 0 ? (
        <p className={css.quiet}>{text('noPhases')}</p>
      ) : (
        <Bar phases={phases} whole={timing.durationMs} />
      )}
      <Figures
        figures={[
          { label: text('firstToken'), value: formatDuration(timing.timeToFirstTokenMs) },
          { label: text('firstText'), value: formatDuration(timing.timeToFirstTextMs) },
          ...(known(timing.interTokenP50Ms) ? [{ label: text('gaps'), value: gaps }] : []),
        ]}
      />
    </Panel>
  );
}

interface Lasting {
  readonly phase: Phase;
  readonly ms: number;
}

function Bar({
  phases,
  whole,
}: {
  readonly phases: readonly Lasting[];
  readonly whole: number;
}): JSX.Element {
  const text = useTranslations('activity.detail');
  return (
    <>
      <div className={css.phases} aria-hidden="true">
        {phases.map(({ phase, ms }) => (
          <span
            key={phase}
            className={classNames(css.phase, css[phase])}
            style={{ width: share(ms, whole) }}
          />
        ))}
      </div>
      <ul className={css.legend}>
        {phases.map(({ phase, ms }) => (
          <li key={phase}>
            <span className={classNames(css.swatch, css[phase])} aria-hidden="true" />
            {text(phase)} {formatDuration(ms)}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The width of a phase in the bar. Short ones stay visible. */
function share(ms: number, whole: number): string {
  return whole <= 0 ? '0' : `max(2px, ${Math.min(100, (ms / whole) * 100)}%)`;
}
