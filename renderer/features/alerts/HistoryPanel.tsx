import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { AlertRule } from '../../../shared/alerts.ts';
import { useApiData } from '../../state/api.tsx';
import { useParam } from '../../state/address.ts';
import { Panel } from '../../ui/Panel.tsx';
import { SegmentedControl } from '../../ui/SegmentedControl.tsx';
import { Select } from '../../ui/Select.tsx';
import { Toolbar } from '../../ui/Toolbar.tsx';
import { PastAlerts } from './PastAlerts.tsx';
import { PastInsights } from './PastInsights.tsx';

/** Stands for all rules; the name of a rule is never empty. */
const ALL = '';

/** The alerts that fired, of all rules or of one, and the insights of the past. */
export function HistoryPanel(): JSX.Element {
  const text = useTranslations('alerts.history');
  const [kind, setKind] = useParam('history', 'alerts');
  const [rule, setRule] = useParam('rule', null);
  const shown = kind === 'insights' ? 'insights' : 'alerts';
  return (
    <Panel title={text('title')}>
      <Toolbar end={shown === 'alerts' ? <RuleFilter rule={rule} onChange={setRule} /> : undefined}>
        <SegmentedControl
          legend={text('kind')}
          options={[
            { value: 'alerts', label: text('alerts') },
            { value: 'insights', label: text('insights') },
          ]}
          value={shown}
          onChange={setKind}
        />
      </Toolbar>
      {shown === 'alerts' ? <PastAlerts rule={rule} /> : <PastInsights />}
    </Panel>
  );
}

function RuleFilter({
  rule,
  onChange,
}: {
  readonly rule: string | null;
  readonly onChange: (rule: string | null) => void;
}): JSX.Element {
  const text = useTranslations('alerts.history');
  const { data } = useApiData<{ readonly rules: readonly AlertRule[] }>('/alerts');
  // A deleted rule still has a history.
  const names = new Set([
    ...(data?.rules ?? []).map(({ name }) => name),
    ...(rule === null ? [] : [rule]),
  ]);
  return (
    <Select
      isLabelHidden
      label={text('rule')}
      options={[
        { value: ALL, label: text('allRules') },
        ...[...names].map((name) => ({ value: name, label: name })),
      ]}
      value={rule ?? ALL}
      onChange={(name) => onChange(name === ALL ? null : name)}
    />
  );
}
