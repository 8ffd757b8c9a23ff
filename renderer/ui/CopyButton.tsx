import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useAction } from '../state/action.ts';
import type { ActionState } from '../state/action.ts';
import { useBridge } from '../state/context.tsx';
import css from './CopyButton.module.css';
import { VisuallyHidden } from './VisuallyHidden.tsx';

const SHAPE: Record<ActionState, string> = {
  idle: 'M5.5 5.5h7v7h-7zM10.5 5.5v-2h-7v7h2',
  busy: 'M5.5 5.5h7v7h-7zM10.5 5.5v-2h-7v7h2',
  done: 'm3 8.5 3.5 3.5L13 4.5',
  failed: 'm4 4 8 8m0-8-8 8',
};

/** Copies `text` to the clipboard. `label` says what it is ("Copy the proxy address"). */
export function CopyButton({
  text,
  label,
}: {
  readonly text: string;
  readonly label: string;
}): JSX.Element {
  const words = useTranslations('frame');
  const bridge = useBridge();
  const { state, run } = useAction(() => bridge.call('copyText', text));
  const outcome = { idle: '', busy: '', done: words('copiedShort'), failed: words('copyFailed') }[
    state
  ];
  return (
    <>
      <button
        type="button"
        className={`${css.button ?? ''} ${css[state] ?? ''}`}
        aria-label={label}
        title={outcome === '' ? label : outcome}
        onClick={run}
      >
        <svg className={css.icon} viewBox="0 0 16 16" aria-hidden="true">
          <path d={SHAPE[state]} />
        </svg>
      </button>
      <VisuallyHidden status>{outcome}</VisuallyHidden>
    </>
  );
}
