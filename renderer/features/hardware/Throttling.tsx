import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { GpuReading } from '../../../shared/gpu.ts';
import css from './hardware.module.css';

/** Why the GPU runs below its highest clocks now, with what each reason means. */
export function Throttling({
  reading: { details },
}: {
  readonly reading: GpuReading;
}): JSX.Element {
  const text = useTranslations('hardware.throttling');
  const reasons = details?.throttleReasons ?? null;
  return (
    <div className={css.part}>
      <h3>{text('title')}</h3>
      {reasons === null && <p className={css.soft}>{text('unknown')}</p>}
      {reasons?.length === 0 && <p className={css.soft}>{text('none')}</p>}
      <ul className={css.reasons}>
        {reasons?.map((reason) => (
          <li key={reason} data-reason={reason}>
            <strong>{text(`reasons.${reason}.name`)}</strong> {text(`reasons.${reason}.meaning`)}
          </li>
        ))}
      </ul>
    </div>
  );
}
