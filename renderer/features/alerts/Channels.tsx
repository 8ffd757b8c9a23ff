import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { AlertsView, WebhookTest } from '../../../shared/alerts-view.ts';
import { formatMoment } from '../../../shared/format.ts';
import { useReason, useSay } from '../../i18n/use-sentences.ts';
import { useAction } from '../../state/action.ts';
import { useApi } from '../../state/api.tsx';
import { useNow } from '../../state/clock.ts';
import { addressOf } from '../../../shared/page-address.ts';
import { Button } from '../../ui/Button.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { useNotify } from '../../ui/notices.tsx';
import css from './Alerts.module.css';

/** Where alerts are told beside this window: on the desktop, and by a webhook. */
export function Channels({ view }: { readonly view: AlertsView }): JSX.Element {
  const text = useTranslations('alerts.channels');
  const api = useApi();
  const client = useQueryClient();
  const notify = useNotify();
  const reason = useReason();
  const [problem, setProblem] = useState<string | null>(null);
  const set = async (isOn: boolean): Promise<void> => {
    setProblem(null);
    try {
      await api.send('PATCH', '/settings', { alerts: { notify: isOn } });
      await client.invalidateQueries({ queryKey: ['/alerts', {}] });
      notify(text(isOn ? 'turnedOn' : 'turnedOff'), () => void set(!isOn));
    } catch (error) {
      setProblem(reason(error));
    }
  };
  return (
    <div className={css.channels}>
      <Toggle
        label={text('desktop')}
        isOn={view.notify}
        problem={problem}
        onChange={(isOn) => void set(isOn)}
      />
      <Webhook webhook={view.webhook} />
    </div>
  );
}

function Webhook({ webhook }: Pick<AlertsView, 'webhook'>): JSX.Element {
  const text = useTranslations('alerts.channels');
  const now = useNow(false);
  const say = useSay();
  const { status, messageSentence, lastSuccessAt, waiting } = webhook;
  const message = webhook.message === null ? null : say(messageSentence, webhook.message);
  const time = lastSuccessAt === null ? '' : formatMoment(lastSuccessAt, now);
  const link = `#${addressOf('settings', 'alerts')}`;
  return (
    <p className={status === 'failing' ? css.failing : css.webhook}>
      {text(`webhook.${status}`, { time })} {message}{' '}
      {waiting > 0 && text('waiting', { count: waiting })} {status !== 'off' && <Test />}{' '}
      <a href={link}>{text(status === 'off' ? 'setUp' : 'change')}</a>
    </p>
  );
}

function Test(): JSX.Element {
  const text = useTranslations('alerts.channels');
  const api = useApi();
  const say = useSay();
  const [outcome, setOutcome] = useState<string | null>(null);
  const { state, problem, run } = useAction(async () => {
    setOutcome(null);
    const { message, messageSentence } = await api.send<WebhookTest>('POST', '/alerts/test');
    setOutcome(say(messageSentence, message));
  });
  return (
    <>
      <Button plain onClick={run} disabled={state === 'busy'}>
        {text('test')}
      </Button>
      <span role="status"> {problem ?? outcome}</span>
    </>
  );
}
