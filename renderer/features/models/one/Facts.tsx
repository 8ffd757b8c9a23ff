import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import {
  UNKNOWN,
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatMarked,
  formatRateValue,
  known,
  localMinute,
  threeFigures,
} from '../../../../shared/format.ts';
import type { ModelRow } from '../../../../shared/models-view.ts';
import { Stat } from '../../../ui/Stat.tsx';
import css from './one.module.css';

/** The figures of the model's row, and what it is made of. */
export function Facts({ model }: { readonly model: ModelRow }): JSX.Element {
  const text = useTranslations('models');
  return (
    <>
      <Figures model={model} />
      <dl className={css.made}>
        {madeOf(model, text).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

type Text = ReturnType<typeof useTranslations<'models'>>;

interface Figure {
  readonly key: 'speed' | 'firstToken' | 'energy' | 'requests' | 'errors' | 'input' | 'output';
  readonly value: string;
  readonly unit: string;
  readonly raw: number | null;
}

function Figures({ model }: { readonly model: ModelRow }): JSX.Element {
  const text = useTranslations('models');
  const { outputTokensPerSecond: speed, wattHoursPerThousandTokens: energy } = model;
  const wattHours = known(energy) ? formatMarked(threeFigures(energy), 'estimated') : UNKNOWN;
  const stats: readonly Figure[] = [
    { key: 'speed', value: formatRateValue(speed), unit: text('units.rate'), raw: speed },
    {
      ...{ key: 'firstToken', value: formatDuration(model.timeToFirstTokenMs) },
      ...{ unit: text('units.median'), raw: model.timeToFirstTokenMs },
    },
    { key: 'energy', value: wattHours, unit: text('units.energy'), raw: energy },
    { key: 'requests', value: formatCount(model.requests), unit: '', raw: model.requests },
    { key: 'errors', value: formatCount(model.errors), unit: '', raw: model.errors },
    {
      ...{ key: 'input', value: formatCompact(model.inputTokens) },
      ...{ unit: text('units.tokens'), raw: model.inputTokens },
    },
    {
      ...{ key: 'output', value: formatCompact(model.outputTokens) },
      ...{ unit: text('units.tokens'), raw: model.outputTokens },
    },
  ];
  return (
    <dl className={css.figures} aria-label={text('one.facts')}>
      {stats.map(({ key, value, unit, raw }) => (
        <Stat
          key={key}
          label={text(`one.${key}`)}
          {...{ value, unit }}
          testId={`model-${key}`}
          {...(raw === null ? {} : { raw })}
        />
      ))}
    </dl>
  );
}

function madeOf(model: ModelRow, text: Text): readonly (readonly [string, string])[] {
  const { purpose, lastUsedAt, contextMaximum } = model;
  const context = contextMaximum === null ? UNKNOWN : formatCount(contextMaximum);
  return [
    [text('one.size'), formatBytes(model.sizeBytes)],
    [text('one.parameters'), model.parameterSize ?? UNKNOWN],
    [text('one.quantization'), model.quantization ?? UNKNOWN],
    [text('one.context'), context],
    [text('one.family'), model.family ?? UNKNOWN],
    [text('one.format'), model.format ?? UNKNOWN],
    ...(purpose === null ? [] : [[text('one.purpose'), text(`one.purposes.${purpose}`)] as const]),
    [text('one.lastUsed'), lastUsedAt === null ? UNKNOWN : localMinute(lastUsedAt)],
    ...model.places.map(
      ({ upstream, outputTokensPerSecond: speed }) =>
        [
          text('one.perPlace', { upstream }),
          known(speed) ? `${formatRateValue(speed)} ${text('units.rate')}` : UNKNOWN,
        ] as const,
    ),
  ];
}
