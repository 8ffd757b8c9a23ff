import type { JSX } from 'react';
import type { LoadedModel } from '../../../shared/slices.ts';
import { formatBytes, formatCount, formatElapsed, formatSpill } from '../../../shared/format.ts';
import { useNow } from '../../state/clock.ts';
import { useSlice } from '../../state/context.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { join } from './describe.ts';
import css from './LoadedModelsPanel.module.css';

const MODELS_AT_FIRST = 6;

const STATES: Record<LoadedModel['state'], string | null> = {
  loaded: null,
  loading: 'loading',
  sleeping: 'sleeping',
};

/** The models that the servers have loaded, and for how long. */
export function LoadedModelsPanel(): JSX.Element {
  const models = useSlice('loadedModels');
  const upstreams = useSlice('upstreams');
  const now = useNow(models.some((model) => model.expiresAt !== null));
  const { shown, toggle } = useExpandable(models, MODELS_AT_FIRST);
  return (
    <Panel title="Models loaded" aside={models.length > 0 && formatCount(models.length)}>
      {models.length === 0 && <Note>No server holds a model in memory.</Note>}
      <ul className={css.list}>
        {shown.map((model) => (
          <Model
            key={`${model.upstream}/${model.name}`}
            model={model}
            now={now}
            upstream={upstreams.length > 1 ? model.upstream : null}
          />
        ))}
      </ul>
      {toggle}
    </Panel>
  );
}

function Model({
  model,
  now,
  upstream,
}: {
  readonly model: LoadedModel;
  readonly now: number;
  /** Null if there is only one upstream. */
  readonly upstream: string | null;
}): JSX.Element {
  const spill = formatSpill(model.sizeBytes, model.vramBytes);
  const context =
    model.contextLength === null ? null : `${formatCount(model.contextLength)}\u00a0context`;
  const expiry = model.expiresAt === null ? null : formatElapsed(model.expiresAt - now);
  return (
    <li className={css.model}>
      <h3 className={css.name}>
        <LongName>{model.name}</LongName>
      </h3>
      <span className={css.size}>{formatBytes(model.sizeBytes)}</span>
      <span className={css.facts}>
        {join([STATES[model.state], upstream, model.parameterSize, model.quantization, context])}
      </span>
      {expiry !== null && (
        <span className={css.expiry} title="Until the server unloads it">
          {expiry} left
        </span>
      )}
      {spill !== null && <Spill model={model} text={spill} />}
    </li>
  );
}

/** The part in GPU memory next to the part in main memory. */
function Spill({
  model,
  text,
}: {
  readonly model: LoadedModel;
  readonly text: string;
}): JSX.Element {
  const { sizeBytes, vramBytes } = model;
  const percent = sizeBytes === null || vramBytes === null ? 0 : (vramBytes / sizeBytes) * 100;
  const inMemory = `${formatBytes(vramBytes)} of ${formatBytes(sizeBytes)} in GPU memory`;
  return (
    <div className={css.spill}>
      <Meter
        label={`GPU share of ${model.name}`}
        percent={percent}
        text={`${inMemory}, ${text}`}
        tone="warn"
      />
      <span className={css.spillText} title={inMemory}>
        {text}
      </span>
    </div>
  );
}
