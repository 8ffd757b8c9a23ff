import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatElapsed } from '../../../shared/format.ts';
import type { ModelRow } from '../../../shared/models-view.ts';
import { useNow } from '../../state/clock.ts';
import { Badge } from '../../ui/Badge.tsx';
import { heldBy, stateText } from './model-state.ts';
import css from './Models.module.css';

/** Whether a model is loaded, and for how long still. Only the rows of loaded models count down. */
export function ModelState({ model }: { readonly model: ModelRow }): JSX.Element {
  const text = useTranslations('models.state');
  const state = stateText(model);
  const expiresAt = heldBy(model)?.expiresAt ?? null;
  if (heldBy(model) === null) return <span className={css.quiet}>{text(state)}</span>;
  return (
    <span className={css.state}>
      <Badge tone={state === 'loaded' ? 'output' : 'neutral'} solid={state !== 'sleeping'}>
        {text(state)}
      </Badge>
      {expiresAt !== null && <Expiry at={expiresAt} />}
    </span>
  );
}

function Expiry({ at }: { readonly at: number }): JSX.Element {
  const text = useTranslations('models.state');
  const now = useNow(true);
  return (
    <span className={css.expiry} title={text('leftTitle')}>
      {formatElapsed(at - now)}
    </span>
  );
}
