import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { AlertRule, AlertRuleInput } from '../../../shared/alerts.ts';
import type { AlertsView } from '../../../shared/alerts-view.ts';
import { useReason } from '../../i18n/use-sentences.ts';
import type { Reason } from '../../i18n/use-sentences.ts';
import { isCancelled } from '../../state/action.ts';
import { useApi, useApiData } from '../../state/api.tsx';
import { useSlice } from '../../state/context.tsx';
import type { LoadedResult } from '../../ui/Loaded.tsx';
import { draftOf, inputOf, refusalOf } from './rule-draft.ts';
import type { RuleDraft } from './rule-draft.ts';

const PATH = '/alerts';
/** How often the state of the webhook is read, milliseconds. The rules are read after each change. */
const EVERY_MS = 15_000;

type Rules = readonly AlertRuleInput[];

/** What a rule should be, while it is being saved or since it was refused. */
export interface Pending {
  readonly draft: RuleDraft;
  /** Why the core refused it; null while it is being saved. */
  readonly problem: string | null;
}

export interface RulesStore {
  readonly result: LoadedResult<AlertsView>;
  readonly rules: readonly AlertRule[];
  /** By the saved name of the rule. */
  readonly pending: ReadonlyMap<string, Pending>;
  /** Saves a rule in the place of the one with a name. Resolves to a function that undoes it, or null if it was refused. */
  readonly save: (name: string, draft: RuleDraft) => Promise<(() => void) | null>;
  /** Saves other rules. Resolves like `save`; rejects if they were refused. */
  readonly change: (edit: (rules: Rules) => Rules) => Promise<() => void>;
  /** Forgets what was refused. */
  readonly discard: (name: string) => void;
}

/** The rules, and the functions that change them. Changes are saved one after another. */
export function useRules(): RulesStore {
  const result = useApiData<AlertsView>(PATH, {}, { everyMs: EVERY_MS });
  const change = useRuleChanges(result.data);
  const reason = useRuleReason();
  const [pending, setPending] = useState<ReadonlyMap<string, Pending>>(new Map());
  const note = (name: string, next: Pending | null, only?: RuleDraft): void =>
    setPending((all) => {
      // A later edit has its own outcome.
      if (only !== undefined && all.get(name)?.draft !== only) return all;
      const others = [...all].filter(([each]) => each !== name);
      return new Map(next === null ? others : [...others, [name, next]]);
    });
  const save = async (name: string, draft: RuleDraft): Promise<(() => void) | null> => {
    note(name, { draft, problem: null });
    const edit = (rules: Rules): Rules =>
      rules.map((rule) => (rule.name === name ? inputOf(draft) : rule));
    try {
      const undo = await change(edit);
      note(name, null, draft);
      return undo;
    } catch (error) {
      if (isCancelled(error)) note(name, null, draft);
      else note(name, { draft, problem: reason(error) }, draft);
      return null;
    }
  };
  const discard = (name: string): void => note(name, null);
  return { result, rules: result.data?.rules ?? [], pending, save, change, discard };
}

function useRuleChanges(view: AlertsView | undefined): RulesStore['change'] {
  const api = useApi();
  const client = useQueryClient();
  const { settingsVersion } = useSlice('app');
  const latest = useRef(view);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => {
    latest.current = view;
  }, [view]);
  useEffect(() => {
    void client.invalidateQueries({ queryKey: [PATH, {}] });
  }, [client, settingsVersion]);

  const put = async (edit: (rules: Rules) => Rules): Promise<Rules> => {
    const before = (latest.current?.rules ?? []).map((rule) => inputOf(draftOf(rule)));
    const body = { rules: edit(before) };
    const { rules } = await api.send<Pick<AlertsView, 'rules'>>('PUT', `${PATH}/rules`, body);
    // An answer that is under way may be from before the change.
    await client.cancelQueries({ queryKey: [PATH, {}] });
    if (latest.current !== undefined) latest.current = { ...latest.current, rules };
    client.setQueryData<AlertsView>([PATH, {}], (old) =>
      old === undefined ? old : { ...old, rules },
    );
    return before;
  };
  const queue = (edit: (rules: Rules) => Rules): Promise<Rules> => {
    const next = last.current.then(() => put(edit));
    last.current = next.catch(() => undefined);
    return next;
  };
  return async (edit) => {
    const before = await queue(edit);
    return () => void queue(() => before).catch(() => undefined);
  };
}

/** Why the core refused a rule, without the place of the rule. */
export function useRuleReason(): Reason {
  const reason = useReason();
  return (error) => {
    const message = reason(error);
    return refusalOf(message)?.reason ?? message;
  };
}
