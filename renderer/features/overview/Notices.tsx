import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useSay } from '../../i18n/use-sentences.ts';
import { useAction } from '../../state/action.ts';
import { useBridge, useSlice } from '../../state/context.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { AlertNotices } from './AlertNotices.tsx';
import css from './Notices.module.css';

/** More warnings would push the figures off the screen. */
const SHOWN = 3;

/** Messages that the user should read before the figures. */
export function Notices(): JSX.Element {
  const { paused } = useSlice('app');
  const warnings = useSlice('warnings');
  const ledger = useSlice('ledger');
  const say = useSay();
  const { shown, toggle } = useExpandable(warnings, SHOWN);
  return (
    <div className={css.frame}>
      <AlertNotices />
      {/* It stays in the page while empty, because screen readers announce only regions that
          already exist. */}
      <div className={css.notices} role="status">
        {paused && <Paused />}
        {ledger.status === 'degraded' && (
          <Banner tone="warn">{say(ledger.messageSentence, ledger.message ?? '')}</Banner>
        )}
        {shown.map((warning) => (
          <Banner key={warning.id} tone="warn">
            {say(warning.messageSentence, warning.message)}
          </Banner>
        ))}
        {toggle !== null && <div>{toggle}</div>}
      </div>
    </div>
  );
}

function Paused(): JSX.Element {
  const text = useTranslations('overview.notices');
  const bridge = useBridge();
  const { state, run } = useAction(() => bridge.call('setPaused', false));
  return (
    <Banner tone="warn" action={<Button onClick={run}>{text('resume')}</Button>}>
      {text('paused')}
      {state === 'failed' && ` ${text('resumeFailed')}`}
    </Banner>
  );
}
