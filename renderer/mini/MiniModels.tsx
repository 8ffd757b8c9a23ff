import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatElapsed, formatRate, formatUptime } from '../../shared/format.ts';
import { MINI_MODELS } from '../../shared/mini-monitor-settings.ts';
import { runsOf, speedOf } from '../../shared/model-runs.ts';
import type { LoadedModel } from '../../shared/slices.ts';
import { useTick } from '../state/clock.ts';
import { useSlice } from '../state/context.tsx';
import { LongName } from '../ui/LongName.tsx';
import css from './mini.module.css';

const MINUTE_MS = 60_000;

/** The loaded models: what each does, or how long it stays. */
export function MiniModels(): JSX.Element {
  const text = useTranslations('mini');
  const models = useSlice('loadedModels');
  const more = models.length - MINI_MODELS;
  return (
    <ul className={css.models} aria-label={text('models')}>
      {models.length === 0 && <li className={css.soft}>{text('noModels')}</li>}
      {models.slice(0, MINI_MODELS).map((model) => (
        <Model key={`${model.upstream} ${model.name}`} model={model} />
      ))}
      {more > 0 && <li className={css.soft}>{text('more', { count: more })}</li>}
    </ul>
  );
}

function Model({ model }: { readonly model: LoadedModel }): JSX.Element {
  const doing = useDoing(model);
  return (
    <li className={css.model}>
      <LongName>{model.name}</LongName>
      <span className={css.doing}>{doing}</span>
    </li>
  );
}

function useDoing(model: LoadedModel): string {
  const text = useTranslations('mini.model');
  const { expiresAt, state } = model;
  const runs = runsOf(model, { inFlight: useSlice('inFlight'), upstreams: useSlice('upstreams') });
  const left = useTick(expiresAt !== null, (now) => rounded((expiresAt ?? now) - now));
  if (state !== 'loaded') return text(state);
  const speed = speedOf(runs);
  if (speed > 0) return formatRate(speed);
  if (runs.length > 0) return text('running');
  if (expiresAt === null || left <= 0) return text('idle');
  return text('left', { time: left < MINUTE_MS ? formatElapsed(left) : formatUptime(left) });
}

/** In whole minutes until the last one, so that it is seldom drawn. */
function rounded(ms: number): number {
  return ms < MINUTE_MS ? Math.max(0, ms) : Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}
