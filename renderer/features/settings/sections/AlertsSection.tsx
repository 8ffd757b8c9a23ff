import type { JSX } from 'react';
import type { AlertRule } from '../../../shared/alerts.ts';
import type { AlertState } from '../../../shared/alert-state.ts';
import { formatMoment } from '../../../shared/format.ts';
import { useNow } from '../../state/clock.ts';
import { useSlice } from '../../state/context.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { Note } from '../../ui/Note.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { ALERT_STATUS, describeRule } from './describe-rule.ts';
import { Section } from './Section.tsx';
import css from './settings.module.css';
import { useSave } from './use-save.ts';
import type { LoadedSettings } from './use-settings.ts';

/** More alerts would push the rules off the screen. */
const SHOWN = 6;

/** The active alerts and the rules. */
export function AlertsSection({ settings }: { readonly settings: LoadedSettings }): JSX.Element {
  const alerts = useSlice('alerts');
  const { view, update } = settings;
  const isUnwatched = view?.settings.alerts.rules.length === 0;
  return (
    <Section
      title="Alerts"
      name="alerts"
      note={
        <>
          Rules are written in settings.json, under <code>alerts</code>, or put to{' '}
          <code>/api/alerts/rules</code>.
        </>
      }
    >
      {alerts.length === 0 ? (
        <Note>{isUnwatched ? 'There are no rules yet.' : 'No alert is pending or firing.'}</Note>
      ) : (
        <Alerts alerts={alerts} />
      )}
      {view !== null && <Rules rules={view.settings.alerts.rules} />}
      {view !== null && !isUnwatched && (
        <Notify isOn={view.settings.alerts.notify} update={update} />
      )}
    </Section>
  );
}

function Alerts({ alerts }: { readonly alerts: readonly AlertState[] }): JSX.Element {
  const { shown, toggle } = useExpandable(alerts, SHOWN);
  return (
    <div className={css.alerts}>
      <ul className={css.alerts} aria-label="Alerts now">
        {shown.map((alert) => (
          <Alert key={`${alert.rule}/${alert.subject ?? ''}`} alert={alert} />
        ))}
      </ul>
      {toggle !== null && <div>{toggle}</div>}
    </div>
  );
}

function Alert({ alert }: { readonly alert: AlertState }): JSX.Element {
  const { word, tone, solid } = ALERT_STATUS[alert.status];
  const now = useNow(false);
  return (
    <li className={css.alert}>
      <Badge tone={tone} solid={solid}>
        {word}
      </Badge>
      <span className={css.message}>
        <span className={css.rule}>{alert.rule}</span> {alert.message}
      </span>
      <span className={css.time}>since {formatMoment(alert.since, now)}</span>
    </li>
  );
}

function Rules({ rules }: { readonly rules: readonly AlertRule[] }): JSX.Element | null {
  if (rules.length === 0) return null;
  return (
    <Table caption="Alert rules" columns={COLUMNS} rows={rules} rowKey={(rule) => rule.name} />
  );
}

const COLUMNS: readonly Column<AlertRule>[] = [
  {
    key: 'rule',
    head: 'Rule',
    width: '34%',
    narrow: 'lead',
    wraps: true,
    cell: ({ name }) => name,
  },
  {
    key: 'condition',
    head: 'Condition',
    narrow: 'keep',
    wraps: true,
    cell: describeRule,
  },
  {
    key: 'severity',
    head: 'Severity',
    width: '80px',
    narrow: 'leadEnd',
    cell: ({ enabled, severity }) => (enabled ? severity : 'off'),
  },
];

function Notify({
  isOn,
  update,
}: {
  readonly isOn: boolean;
  readonly update: LoadedSettings['update'];
}): JSX.Element {
  const { problem, save } = useSave(update);
  return (
    <Toggle
      label="Show alerts on the desktop"
      isOn={isOn}
      problem={problem}
      onChange={(notify) => save({ alerts: { notify } })}
    />
  );
}
