import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { AlertRule, AlertRuleInput } from '../../../shared/alerts.ts';
import type { AlertState } from '../../../shared/alert-state.ts';
import { isCancelled } from '../../state/action.ts';
import { useApiData } from '../../state/api.tsx';
import { useParam } from '../../state/address.ts';
import { useSlice } from '../../state/context.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { useNotify } from '../../ui/notices.tsx';
import css from './Alerts.module.css';
import { Channels } from './Channels.tsx';
import { RuleRow } from './RuleRow.tsx';
import { blankRule, draftOf, freeName, inputOf } from './rule-draft.ts';
import type { RuleDraft } from './rule-draft.ts';
import { useRowKeys } from './row-keys.ts';
import { useRuleReason, useRules } from './use-rules.ts';
import type { RulesStore } from './use-rules.ts';

/** The rules as sentences, and where their alerts are told. */
export function RulesPanel(): JSX.Element {
  const text = useTranslations('alerts.rules');
  const store = useRules();
  const actions = useActions(store);
  return (
    <Panel title={text('title')} aside={<AddRule store={store} add={actions.add} />}>
      <Loaded result={store.result}>
        {(view) => (
          <>
            {view.rules.length === 0 ? (
              <EmptyState>{text('none')}</EmptyState>
            ) : (
              <Rules store={store} actions={actions} />
            )}
            <Channels view={view} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

interface Actions {
  /** The name of the rule that was just added; null if none was. */
  readonly added: string | null;
  readonly keysOf: (names: readonly string[]) => readonly string[];
  readonly add: (rule: AlertRuleInput) => void;
  readonly save: (rule: AlertRule, draft: RuleDraft) => void;
  readonly remove: (rule: AlertRule) => void;
}

function useActions({ save, change }: RulesStore): Actions {
  const text = useTranslations('alerts.rules');
  const notify = useNotify();
  const reason = useRuleReason();
  const [added, setAdded] = useState<string | null>(null);
  const { keysOf, renamed } = useRowKeys();
  const attempt = (message: string, perform: () => Promise<(() => void) | null>): void => {
    perform().then(
      (undo) => {
        if (undo !== null) notify(message, undo);
      },
      (error: unknown) => {
        if (!isCancelled(error)) notify(text('notSaved', { reason: reason(error) }));
      },
    );
  };
  return {
    added,
    keysOf,
    add: (rule) => {
      setAdded(rule.name);
      attempt(text('added', { name: rule.name }), () => change((rules) => [...rules, rule]));
    },
    save: (rule, draft) => {
      const { name } = draft;
      if (name !== rule.name) renamed(rule.name, name);
      const wasSwitched = rule.enabled !== draft.enabled;
      const message = wasSwitched ? (draft.enabled ? 'turnedOn' : 'turnedOff') : 'saved';
      attempt(text(message, { name }), () => save(rule.name, draft));
    },
    remove: ({ name }) =>
      attempt(text('deleted', { name }), () =>
        change((rules) => rules.filter((each) => each.name !== name)),
      ),
  };
}

function AddRule({
  store: { rules },
  add,
}: {
  readonly store: RulesStore;
  readonly add: Actions['add'];
}): JSX.Element {
  const text = useTranslations('alerts.rules');
  const { data } = useApiData<{ readonly rules: readonly AlertRule[] }>('/alerts/examples');
  const names = rules.map(({ name }) => name);
  const examples = (data?.rules ?? []).map((rule) => ({
    id: rule.name,
    title: text('example', { name: rule.name }),
    run: () => add({ ...inputOf(draftOf(rule)), name: freeName(names, rule.name) }),
  }));
  const blank = {
    id: '\0blank',
    title: text('blank'),
    run: () => add(blankRule(names, text('newName'))),
  };
  return (
    <MenuButton label={text('add')} entries={[blank, ...examples]}>
      <span className={css.add}>{text('add')}</span>
    </MenuButton>
  );
}

function Rules({
  store,
  actions,
}: {
  readonly store: RulesStore;
  readonly actions: Actions;
}): JSX.Element {
  const text = useTranslations('alerts.rules');
  const alerts = useSlice('alerts');
  const [, filterHistory] = useParam('rule', null);
  const names = store.rules.map(({ name }) => name);
  const keys = actions.keysOf(names);
  return (
    <ul className={css.rules} aria-label={text('list')}>
      {store.rules.map((rule, index) => (
        <li key={keys[index]}>
          <RuleRow
            rule={rule}
            pending={store.pending.get(rule.name)}
            status={statusOf(rule.name, alerts)}
            isNew={actions.added === rule.name}
            onSave={(draft) => actions.save(rule, draft)}
            onDiscard={() => store.discard(rule.name)}
            onDuplicate={() =>
              actions.add({
                ...inputOf({ ...draftOf(rule), enabled: false }),
                name: freeName(names, rule.name),
              })
            }
            onDelete={() => actions.remove(rule)}
            onShowHistory={() => filterHistory(rule.name)}
          />
        </li>
      ))}
    </ul>
  );
}

const ORDER = ['firing', 'pending', 'resolved'] as const;

function statusOf(rule: string, alerts: readonly AlertState[]): AlertState['status'] | null {
  const own = alerts.filter((alert) => alert.rule === rule);
  return ORDER.find((status) => own.some((alert) => alert.status === status)) ?? null;
}
