import type { Split } from '../../../shared/alert-figure-kinds.ts';
import { CURRENT_KINDS } from '../../../shared/insights.ts';
import { useSlice, useSliceOfSecond } from '../../state/context.tsx';

/** The names of each dimension that are known now, to choose from. Others can be typed. */
export function useNames(): Readonly<Record<Split, readonly string[]>> {
  const upstreams = useSlice('upstreams');
  const { gpus } = useSliceOfSecond('gpu');
  const loaded = useSlice('loadedModels');
  const recent = useSliceOfSecond('recent');
  const exporters = useSlice('exporters');
  const budgets = useSliceOfSecond('budgets');
  return {
    model: unique([
      ...loaded.map(({ name }) => name),
      ...recent.map(({ countedModel }) => countedModel),
    ]),
    client: unique(recent.map(({ client }) => client.application)),
    key: unique(recent.map(({ client }) => client.key)),
    upstream: upstreams.map(({ name }) => name),
    gpu: gpus.map(({ index }) => String(index)),
    exporter: exporters.map(({ name }) => name),
    insight: CURRENT_KINDS,
    budget: budgets.map(({ name }) => name),
  };
}

function unique(names: readonly (string | null)[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== null);
}
