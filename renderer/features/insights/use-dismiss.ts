import { useQueryClient } from '@tanstack/react-query';
import type { Dismissal, Insight } from '../../../shared/insights.ts';
import { useBridge } from '../../state/context.tsx';

/** The function that hides an insight or shows it again. */
export function useDismiss(): (
  insight: Pick<Insight, 'kind' | 'subject'>,
  until: Dismissal,
) => Promise<void> {
  const bridge = useBridge();
  const client = useQueryClient();
  return async ({ kind, subject }, until) => {
    await bridge.call('dismissInsight', { kind, subject, until });
    await client.invalidateQueries({ queryKey: ['/insights/dismissed'] });
  };
}
