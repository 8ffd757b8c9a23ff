import type { LiveExchange } from './live-exchange.ts';
import { canonicalModelName } from './model-names.ts';
import type { LoadedModel } from './slices.ts';
import type { State } from './snapshot.ts';

/** The requests in flight that a loaded model answers, or that wait for it. */
export function runsOf(
  { name, upstream }: Pick<LoadedModel, 'name' | 'upstream'>,
  { inFlight, upstreams }: Pick<State, 'inFlight' | 'upstreams'>,
): LiveExchange[] {
  const server = upstreams.find((each) => each.name === upstream);
  const counted = canonicalModelName(server?.kind ?? null, name);
  return inFlight.filter(
    (each) => each.upstream === upstream && (each.countedModel ?? each.model) === counted,
  );
}

/** The output of these requests together, tokens per second. Those that tell none count as 0. */
export function speedOf(runs: readonly LiveExchange[]): number {
  return runs.reduce((sum, { progress }) => sum + (progress.outputTokensPerSecond ?? 0), 0);
}
