import type { JSX } from 'react';
import type { AlertRule, AlertState } from '../../../shared/alerts.ts';
import { formatMoment } from '../../../shared/format.ts';
import { useNow } from '../../state/clock.ts';
import { useSlice } from '../../state/context.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Note } from '../../ui/Note.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { ALERT_STATUS, describeRule } from './describe-rule.ts';
import { Section } from './Section.tsx';
import css from './settings.module.css';
import { useSave } from './use-save.ts';
import type { LoadedSettings } from './use-settings.ts';

/** What the rules say now, and the rules. */
export function AlertsSection({ settings }: { readonly settings: LoadedSettings }): JSX.Element {
  const alerts = useSlice('alerts');
  const { view, update } = settings;
  return (
    <Section
      title="Alerts"
      note={
        <>
          Rules are written in settings.json, under <code>alerts</code>; the README says how.
        </>
      }
    >
      {alerts.length === 0 ? (
        <Note>No alert is pending or firing.</Note>
      ) : (
        <ul className={css.alerts} aria-label="Alerts now">
          {alerts.map((alert) => (
            <Alert key={`${alert.rule}/${alert.subject ?? ''}`} alert={alert} />
          ))}
        </ul>
      )}
      {view !== null && <Rules rules={view.settings.alerts.rules} />}
      {view !== null && <Notify isOn={view.settings.alerts.notify} update={update} />}
    </Section>
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
      <span>{alert.message}</span>
      <span className={css.time}>since {formatMoment(alert.since, now)}</span>
    </li>
  );
}

function Rules({ rules }: { readonly rules: readonly AlertRule[] }): JSX.Element {
  if (rules.length === 0) return <Note>There are no rules yet.</Note>;
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
    cell: ({ name }) => <span title={name}>{name}</span>,
  },
  {
    key: 'condition',
    head: 'Condition',
    narrow: 'keep',
    cell: (rule) => <span title={describeRule(rule)}>{describeRule(rule)}</span>,
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
