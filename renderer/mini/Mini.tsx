import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { UNKNOWN, formatRate } from '../../shared/format.ts';
import { Sparkline } from '../charts/simple/Sparkline.tsx';
import { useBridge, useIsLost, useSlice, useSyncPhase } from '../state/context.tsx';
import { VisuallyHidden } from '../ui/VisuallyHidden.tsx';
import { MiniModels } from './MiniModels.tsx';
import css from './mini.module.css';
import { useGlance } from './use-glance.ts';
import { useMiniKeys } from './use-mini-keys.ts';

/** Seconds of the sparkline. */
const SPAN = 60;

/** The mini monitor in the form of the settings. */
export function Mini(): JSX.Element {
  const text = useTranslations('mini');
  const { hasState } = useSyncPhase();
  const { platform } = useBridge();
  useMiniKeys();
  return (
    <main className={css.mini} data-page="mini" data-platform={platform}>
      <h1>
        <VisuallyHidden>{text('title')}</VisuallyHidden>
      </h1>
      {hasState ? <Form /> : <p className={css.soft}>{text('connecting')}</p>}
      <MenuButton />
    </main>
  );
}

function Form(): JSX.Element {
  const { form } = useSlice('app').miniMonitor;
  const isLost = useIsLost();
  if (form === 'line') return <Line />;
  return (
    <div className={css.column}>
      <div className={css.head}>
        <Rate />
        <Trend />
      </div>
      <Glance />
      {form === 'card' && !isLost && <MiniModels />}
    </div>
  );
}

function Line(): JSX.Element {
  return (
    <div className={css.line}>
      <Rate />
      <Glance />
    </div>
  );
}

function Rate(): JSX.Element {
  const { outputTokensPerSecond } = useSlice('throughput');
  const rate = useIsLost() ? UNKNOWN : formatRate(outputTokensPerSecond);
  return <p className={css.rate}>{rate}</p>;
}

function Trend(): JSX.Element | null {
  const { series } = useSlice('throughput');
  if (useIsLost()) return null;
  const values = series.outputTokensPerSecond.slice(-SPAN);
  return <Sparkline values={values} width={160} height={30} />;
}

/** Requests, power and memory. What is not known is left out. */
function Glance(): JSX.Element {
  const { counts, power, memory, age } = useGlance();
  return (
    <p className={css.glance}>
      <span className={css.counts} title={counts}>
        {counts}
      </span>
      {power !== null && <span data-old={age !== null}>{power}</span>}
      {memory !== null && <span data-old={age !== null}>{memory}</span>}
      {age !== null && <span>{age}</span>}
    </p>
  );
}

function MenuButton(): JSX.Element {
  const text = useTranslations('mini');
  const bridge = useBridge();
  return (
    <button
      type="button"
      className={css.menu}
      aria-label={text('menu')}
      aria-haspopup="menu"
      onClick={() => void bridge.call('openMiniMenu', undefined)}
    >
      <svg viewBox="0 0 16 16" width={14} height={14} aria-hidden>
        {[3, 8, 13].map((y) => (
          <circle key={y} cx={8} cy={y} r={1.5} fill="currentColor" />
        ))}
      </svg>
    </button>
  );
}
