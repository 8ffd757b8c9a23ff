import type { State } from '../../shared/snapshot.ts';

type ServiceSlices = Pick<
  State,
  'alerts' | 'exporters' | 'updates' | 'insights' | 'cost' | 'budgets' | 'pulls'
>;

interface Owner extends Pick<State, 'alerts' | 'exporters' | 'updates'> {
  readonly insights: { readonly state: State['insights'] };
  readonly costs: { readonly today: State['cost']; readonly budgets: State['budgets'] };
  readonly modelParts: { readonly pulls: { readonly all: State['pulls'] } };
}

/** The sources of the slices that services own. The services may be created later. */
export function serviceSlices(services: () => Owner): {
  readonly [Slice in keyof ServiceSlices]: () => State[Slice];
} {
  return {
    alerts: () => services().alerts,
    exporters: () => services().exporters,
    updates: () => services().updates,
    insights: () => services().insights.state,
    cost: () => services().costs.today,
    budgets: () => services().costs.budgets,
    pulls: () => services().modelParts.pulls.all,
  };
}
