import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { LoadedModel } from '../../../shared/slices.ts';
import { formatCompact, formatElapsed, formatMarked } from '../../../shared/format.ts';
import { useAction } from '../../state/action.ts';
import { useNow } from '../../state/clock.ts';
import { Button } from '../../ui/Button.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import css from './LoadedModelsPanel.module.css';
import { useUnload } from '../models/use-unload.ts';

/** How much of the context is in use. Its bar keeps its place while nothing runs. */
export function ModelContext({
  model: { name, contextLength },
  contextTokens,
}: {
  readonly model: LoadedModel;
  readonly contextTokens: number | null;
}): JSX.Element | null {
  const text = useTranslations('overview.models');
  if (contextLength === null) return null;
  const length = formatCompact(contextLength);
  const used = formatMarked(formatCompact(contextTokens), 'estimated');
  const words =
    contextTokens === null ? text('context', { length }) : text('contextUsed', { used, length });
  return (
    <div className={css.context}>
      <span className={css.contextText}>{words}</span>
      <Meter
        label={text('contextOf', { name })}
        percent={contextLength === 0 ? 0 : ((contextTokens ?? 0) / contextLength) * 100}
        text={words}
      />
    </div>
  );
}

/** Counts down until the server unloads the model. */
export function ModelExpiry({
  model: { expiresAt },
}: {
  readonly model: LoadedModel;
}): JSX.Element | null {
  const text = useTranslations('overview.models');
  const now = useNow(expiresAt !== null);
  if (expiresAt === null) return null;
  return (
    <span className={css.expiry} title={text('leftTitle')}>
      {text('left', { time: formatElapsed(expiresAt - now) })}
    </span>
  );
}

export function UnloadButton({ model }: { readonly model: LoadedModel }): JSX.Element {
  const text = useTranslations('overview.models');
  const unload = useUnload();
  const { state, run } = useAction(() => unload(model.upstream, model.name));
  return (
    <Button plain onClick={run} disabled={state === 'busy'}>
      <span aria-hidden="true">{text('unload')}</span>
      <VisuallyHidden>{text('unloadOf', { name: model.name })}</VisuallyHidden>
    </Button>
  );
}
