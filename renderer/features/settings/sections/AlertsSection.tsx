import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { AlertRule } from '../../../../shared/alerts.ts';
import type { AlertState } from '../../../../shared/alert-state.ts';
import { formatMoment } from '../../../../shared/format.ts';
import { useSay } from '../../../i18n/use-sentences.ts';
import { useNow } from '../../../state/clock.ts';
import { useSlice } from '../../../state/context.tsx';
import { addressOf } from '../../../../shared/page-address.ts';
import { Badge } from '../../../ui/Badge.tsx';
import { useExpandable } from '../../../ui/expandable.tsx';
import { Note } from '../../../ui/Note.tsx';
import { Table } from '../../../ui/Table.tsx';
import { asCode } from '../as-code.tsx';
import { STATUS_TONES } from '../../alerts/status-tones.ts';
import { describeRule } from '../describe-rule.ts';
import { useEditable } from '../page-context.tsx';
import { Group, Rows } from '../Section.tsx';
import { SettingObject } from '../SettingObject.tsx';
import css from '../settings.module.css';

/** More alerts would push the rules off the screen. */
const SHOWN = 6;

/** Where alerts go, those that are active, and the rules. */
export function AlertsSection(): JSX.Element {
  const text = useTranslations('settings.alerts');
  const { rules } = useEditable().view.settings.alerts;
  const set = useTranslations('settings');
  const alerts = useSlice('alerts');
  return (
    <>
      <Group title={text('show')}>
        <Rows paths={['alerts.notify']} />
        <SettingObject
          path="alerts.webhook"
          name={text('webhook')}
          hint={text('webhookHint')}
          describe={() => set('hidden')}
        />
      </Group>
      <Group title={text('now')}>
        {alerts.length === 0 ? <Note>{text('none')}</Note> : <Alerts alerts={alerts} />}
      </Group>
      <Group title={text('rules')} note={text.rich('rulesPlace', asCode)}>
        {rules.length === 0 ? <Note>{text('noRules')}</Note> : <Rules rules={rules} />}
        <a href={`#${addressOf('alerts')}`}>{text('openPage')}</a>
      </Group>
    </>
  );
}

function Alerts({ alerts }: { readonly alerts: readonly AlertState[] }): JSX.Element {
  const text = useTranslations('settings.alerts');
  const { shown, toggle } = useExpandable(alerts, SHOWN);
  return (
    <div className={css.alerts}>
      <ul className={css.alerts} aria-label={text('now')}>
        {shown.map((alert) => (
          <Alert key={`${alert.rule}/${alert.subject ?? ''}`} alert={alert} />
        ))}
      </ul>
      {toggle !== null && <div>{toggle}</div>}
    </div>
  );
}

function Alert({ alert }: { readonly alert: AlertState }): JSX.Element {
  const text = useTranslations('settings.alerts');
  const say = useSay();
  const statuses = useTranslations('alerts.now.status');
  const now = useNow(false);
  return (
    <li className={css.alert}>
      <Badge {...STATUS_TONES[alert.status]}>{statuses(alert.status)}</Badge>
      <span className={css.message}>
        <span className={css.rule}>{alert.rule}</span> {say(alert.messageSentence, alert.message)}
      </span>
      <span className={css.time}>{text('since', { time: formatMoment(alert.since, now) })}</span>
    </li>
  );
}

function Rules({ rules }: { readonly rules: readonly AlertRule[] }): JSX.Element {
  const text = useTranslations('settings.alerts');
  const words = {
    word: useTranslations('alerts.word'),
    split: useTranslations('alerts.split'),
    say: useSay(),
  };
  return (
    <Table
      caption={text('rulesTable')}
      rows={rules}
      rowKey={(rule: AlertRule) => rule.name}
      columns={[
        {
          key: 'rule',
          head: text('rule'),
          width: '34%',
          narrow: 'lead',
          wraps: true,
          cell: ({ name }) => name,
        },
        {
          key: 'condition',
          head: text('condition'),
          narrow: 'keep',
          wraps: true,
          cell: (rule) => describeRule(rule, words),
        },
        {
          key: 'severity',
          head: text('severity'),
          width: '80px',
          narrow: 'leadEnd',
          cell: ({ enabled, severity }) => (enabled ? text(`severities.${severity}`) : text('off')),
        },
      ]}
    />
  );
}
