import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatBytes, formatCompact } from '../../../../shared/format.ts';
import type { ModelFit } from '../../../../shared/models-view.ts';
import { StackedBar } from '../../../charts/simple/StackedBar.tsx';
import { Note } from '../../../ui/Note.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import css from './one.module.css';

/** Whether the model fits into GPU memory with its whole context. An estimate. */
export function FitPanel({
  fit,
  note,
}: {
  readonly fit: ModelFit | null;
  readonly note: string | null;
}): JSX.Element {
  const text = useTranslations('models.fit');
  return (
    <Panel title={text('title')}>
      {fit === null ? <Note>{text('missing', { why: note ?? '' })}</Note> : <Fit fit={fit} />}
    </Panel>
  );
}

function Fit({ fit }: { readonly fit: ModelFit }): JSX.Element {
  const text = useTranslations('models.fit');
  const { weightsBytes, contextBytes, neededBytes, deviceBytes, largestContext } = fit;
  const words = {
    context: formatCompact(fit.contextMaximum),
    needed: formatBytes(neededBytes),
    device: formatBytes(deviceBytes),
  };
  const verdict = fit.fits === null ? 'unknown' : fit.fits ? 'fits' : 'fitsNot';
  const part = (key: string, label: string, value: number, color: string | null) => ({
    ...{ key, label, value, color, text: formatBytes(value) },
  });
  const free = deviceBytes === null ? 0 : Math.max(0, deviceBytes - neededBytes);
  return (
    <>
      <p className={css.sentence} data-testid="fit">
        {text(verdict, words)}
        {fit.fits === false && largestContext !== null && (
          <> {text('largest', { context: formatCompact(largestContext) })}</>
        )}
      </p>
      <StackedBar
        label={text('bar')}
        parts={[
          part('weights', text('weights'), weightsBytes, 'var(--output)'),
          part('context', text('contextPart'), contextBytes, 'var(--input)'),
          ...(free > 0 ? [part('free', text('free'), free, null)] : []),
        ]}
      />
      <Note footnote>{text('explain')}</Note>
    </>
  );
}
