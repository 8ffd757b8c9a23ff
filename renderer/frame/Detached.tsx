import { useEffect, useRef } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { inEnglish } from '../../shared/sentences.ts';
import type { LostCore } from '../../shared/attachment.ts';
import { useSay } from '../i18n/use-sentences.ts';
import { useAction } from '../state/action.ts';
import { useReread } from '../state/api.tsx';
import { useBridge, useSlice } from '../state/context.tsx';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import css from './ConnectionNotices.module.css';

/** Says why the headless Tokwatt is not reached that the desktop shows. */
export function Detached(): JSX.Element | null {
  const lost = useSlice('attachment')?.lost ?? null;
  useRereadAfter(lost !== null);
  return lost === null ? null : <Lost lost={lost} />;
}

/** What could not be read in the meantime is read when the core is back. */
function useRereadAfter(isLost: boolean): void {
  const reread = useReread();
  const wasLost = useRef(isLost);
  useEffect(() => {
    if (wasLost.current && !isLost) void reread('');
    wasLost.current = isLost;
  }, [isLost, reread]);
}

function Lost({ lost: { kind, reason } }: { readonly lost: LostCore }): JSX.Element {
  const text = useTranslations('frame');
  const say = useSay();
  const bridge = useBridge();
  const { state, problem, run } = useAction(() => bridge.call('startHere', undefined));
  const start = (
    <Button onClick={run}>{text(state === 'busy' ? 'startingHere' : 'startHere')}</Button>
  );
  return (
    <div role="alert" className={css.notice}>
      <Banner tone="bad" action={kind === 'ended' && start}>
        {say(reason, inEnglish(reason))} {text('figuresOld')} {problem}
      </Banner>
    </div>
  );
}
