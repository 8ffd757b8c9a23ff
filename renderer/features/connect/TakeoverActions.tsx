import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Takeover, TakeoverPlan } from '../../../shared/takeover.ts';
import { useAction } from '../../state/action.ts';
import { useApi, useReread } from '../../state/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import css from './connect.module.css';

/** What can be done now. What cuts something off is asked about first. */
export function TakeoverActions({
  takeover: { upstream, status },
  plan,
}: {
  readonly takeover: Takeover;
  readonly plan: TakeoverPlan;
}): JSX.Element {
  const text = useTranslations('connect.takeover');
  const send = useTakeover(upstream);
  const [asked, setAsked] = useState<'run' | 'back' | null>(null);
  const port = String(plan.port);
  return (
    <div className={css.actions}>
      {status === 'possible' && plan.canRun && (
        <Button onClick={() => setAsked('run')}>{text('run')}</Button>
      )}
      {status === 'possible' && (
        <SendButton label={text('wait', { port })} perform={() => send('', false)} />
      )}
      {status === 'waiting' && (
        <SendButton label={text('stopWaiting')} perform={() => send('/end', false)} />
      )}
      {status === 'held' && (
        <Button onClick={() => setAsked('back')}>{text('giveBack', { port })}</Button>
      )}
      <Questions plan={plan} asked={asked} onClose={() => setAsked(null)} send={send} />
    </div>
  );
}

/** Asked before running answers or clients are cut off. */
function Questions({
  plan: { port, canRun },
  asked,
  onClose,
  send,
}: {
  readonly plan: TakeoverPlan;
  readonly asked: 'run' | 'back' | null;
  readonly onClose: () => void;
  readonly send: ReturnType<typeof useTakeover>;
}): JSX.Element {
  const text = useTranslations('connect.takeover');
  const shown = { port: String(port) };
  return (
    <>
      <ConfirmDialog
        title={text('runTitle')}
        verb={text('run')}
        isOpen={asked === 'run'}
        onClose={onClose}
        perform={() => send('', true)}
      >
        <p>{text('runBody')}</p>
      </ConfirmDialog>
      <ConfirmDialog
        title={text('giveBackTitle')}
        verb={canRun ? text('giveBackRun') : text('giveBack', shown)}
        isOpen={asked === 'back'}
        onClose={onClose}
        perform={() => send('/end', canRun)}
      >
        <p>{text('giveBackBody', shown)}</p>
      </ConfirmDialog>
    </>
  );
}

function SendButton({
  label,
  perform,
}: {
  readonly label: string;
  readonly perform: () => Promise<void>;
}): JSX.Element {
  const { state, problem, run } = useAction(perform);
  return (
    <>
      <Button onClick={run} disabled={state === 'busy'}>
        {label}
      </Button>
      {problem !== null && (
        <span role="alert" className={css.problem}>
          {problem}
        </span>
      )}
    </>
  );
}

function useTakeover(upstream: string): (path: '' | '/end', run: boolean) => Promise<void> {
  const api = useApi();
  const reread = useReread();
  return async (path, run) => {
    await api.send('POST', `/takeovers${path}`, { name: upstream, run });
    await reread('/takeovers');
  };
}
