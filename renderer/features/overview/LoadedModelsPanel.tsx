import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { LiveExchange } from '../../../shared/live-exchange.ts';
import type { LoadedModel } from '../../../shared/slices.ts';
import { formatBytes, formatCount, formatSpill } from '../../../shared/format.ts';
import { spilledBytes } from '../../../shared/loaded-memory.ts';
import { StackedBar } from '../../charts/simple/StackedBar.tsx';
import { useSlice, useSliceOfSecond } from '../../state/context.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { join } from './describe.ts';
import css from './LoadedModelsPanel.module.css';
import { ModelContext, ModelExpiry, UnloadButton } from './LoadedModelParts.tsx';

const MODELS_AT_FIRST = 6;

/** The models that the servers have loaded, and for how long. */
export function LoadedModelsPanel(): JSX.Element {
  const text = useTranslations('overview.models');
  const models = useSlice('loadedModels');
  const upstreams = useSlice('upstreams');
  const inFlight = useSliceOfSecond('inFlight');
  const { shown, toggle } = useExpandable(models, MODELS_AT_FIRST);
  return (
    <Panel title={text('title')} aside={models.length > 0 && formatCount(models.length)}>
      {models.length === 0 && <Note>{text('none')}</Note>}
      <ul className={css.list}>
        {shown.map((model) => (
          <Model
            key={`${model.upstream}/${model.name}`}
            model={model}
            contextTokens={contextOf(model, inFlight)}
            upstream={upstreams.length > 1 ? model.upstream : null}
          />
        ))}
      </ul>
      {toggle}
    </Panel>
  );
}

/** The longest context in use now; null if none is known. */
function contextOf(
  { upstream, name }: LoadedModel,
  inFlight: readonly LiveExchange[],
): number | null {
  const used = inFlight
    .filter((each) => each.upstream === upstream && [each.model, each.countedModel].includes(name))
    .map(({ progress }) => progress.contextTokens)
    .filter((tokens) => tokens !== null);
  return used.length === 0 ? null : Math.max(...used);
}

function Model({
  model,
  contextTokens,
  upstream,
}: {
  readonly model: LoadedModel;
  readonly contextTokens: number | null;
  /** Null if there is only one upstream. */
  readonly upstream: string | null;
}): JSX.Element {
  const text = useTranslations('overview.models');
  const state = model.state === 'loaded' ? null : text(model.state);
  const spill = formatSpill(model.sizeBytes, model.vramBytes);
  return (
    <li className={css.model}>
      <h3 className={css.name}>
        <LongName>{model.name}</LongName>
      </h3>
      <UnloadButton model={model} />
      <span className={css.facts}>
        {join([
          state,
          upstream,
          model.parameterSize,
          model.quantization,
          formatBytes(model.sizeBytes),
        ])}
        {spill !== null && <span className={css.spill}> · {spill}</span>}
      </span>
      <ModelExpiry model={model} />
      <ModelContext model={model} contextTokens={contextTokens} />
      <Memory model={model} />
    </li>
  );
}

/** The part in GPU memory next to the part in main memory. */
function Memory({ model }: { readonly model: LoadedModel }): JSX.Element | null {
  const text = useTranslations('overview.models');
  const { name, sizeBytes, vramBytes } = model;
  const spilled = spilledBytes(model);
  if (sizeBytes === null || vramBytes === null || spilled === null) return null;
  const vram = { key: 'vram', label: text('vram'), value: vramBytes, color: 'var(--output)' };
  const ram = { key: 'ram', label: text('ram'), value: spilled, color: 'var(--warn)' };
  return (
    <div className={css.memory}>
      <StackedBar
        label={text('memoryOf', { name })}
        total={sizeBytes}
        parts={[
          { ...vram, text: formatBytes(vramBytes) },
          ...(spilled > 0 ? [{ ...ram, text: formatBytes(spilled) }] : []),
        ]}
      />
    </div>
  );
}
