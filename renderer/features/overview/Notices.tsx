import type { JSX } from 'react';
import { useAction } from '../../state/action.ts';
import { useBridge, useSlice } from '../../state/context.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { AlertNotices } from './AlertNotices.tsx';
import css from './Notices.module.css';

/** Messages that the user should read before the figures. */
export function Notices(): JSX.Element {
  const { paused } = useSlice('app');
  const warnings = useSlice('warnings');
  const ledger = useSlice('ledger');
  return (
    <div className={css.frame}>
      <AlertNotices />
      {/* It stays in the page while empty, because screen readers announce only regions that
          already exist. */}
      <div className={css.notices} role="status">
        {paused && <Paused />}
        {ledger.status === 'degraded' && <Banner tone="warn">{ledger.message}</Banner>}
        {warnings.map((warning) => (
          <Banner key={warning.id} tone="warn">
            {warning.message}
          </Banner>
        ))}
      </div>
    </div>
  );
}

function Paused(): JSX.Element {
  const bridge = useBridge();
  const { state, run } = useAction(() => bridge.call('setPaused', false));
  return (
    <Banner tone="warn" action={<Button onClick={run}>Resume</Button>}>
      Metering is paused: requests pass through, and nothing is counted.
      {state === 'failed' && ' Resuming failed; try again.'}
    </Banner>
  );
}
