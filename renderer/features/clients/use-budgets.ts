import { useTranslations } from 'use-intl';
import type { Budget } from '../../../shared/budget-settings.ts';
import type { ClientDimension } from '../../../shared/clients.ts';
import { useReason } from '../../i18n/use-sentences.ts';
import { isCancelled } from '../../state/action.ts';
import { useBridge } from '../../state/context.tsx';
import { useNotify } from '../../ui/notices.tsx';

/** The client that budgets are for. */
export interface BudgetOwner {
  readonly by: ClientDimension;
  readonly name: string;
  readonly title: string;
  readonly refresh: () => void;
}

export interface BudgetActions {
  /** Replaces the budget of a name, or adds one. Tells a failure in a notice. */
  readonly save: (budget: Budget, replaced: string | null) => Promise<void>;
  readonly remove: (name: string) => void;
}

/** Changes of budgets, which are settings. Each can be undone. */
export function useBudgets(refresh: () => void): BudgetActions {
  const text = useTranslations('clients.budgetForm');
  const bridge = useBridge();
  const notify = useNotify();
  const reason = useReason();
  const failed = (error: unknown): void => {
    if (isCancelled(error)) return;
    notify(text('failed', { reason: reason(error) }));
  };
  const write = async (budgets: readonly Budget[]): Promise<void> => {
    await bridge.call('updateSettings', { budgets });
    refresh();
  };
  const change = async (
    next: (before: readonly Budget[]) => readonly Budget[],
    message: string,
  ): Promise<void> => {
    const { settings } = await bridge.call('getSettings', undefined);
    const before = settings.budgets;
    await write(next(before));
    notify(message, () => void write(before).catch(failed));
  };
  return {
    save: (budget, replaced) =>
      change(
        (before) =>
          replaced === null
            ? [...before, budget]
            : before.map((each) =>
                each.name === replaced ? { ...budget, warnAt: each.warnAt } : each,
              ),
        text('saved'),
      ).catch(failed),
    remove: (name) =>
      void change((before) => before.filter((each) => each.name !== name), text('removed')).catch(
        failed,
      ),
  };
}
