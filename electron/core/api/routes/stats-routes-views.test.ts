import { expect, it } from 'vitest';
import { scenario } from '../../../../tests/support/scenarios.ts';
import { viewCurrent } from './stats-routes-views.ts';

it('lists each model in use once, by the name that it is counted under', () => {
  const now = Date.now();
  const { state } = scenario('traffic', now);
  const [live] = state.inFlight;
  const [loaded] = scenario('full', now).state.loadedModels;
  if (live === undefined || loaded === undefined) throw new Error('the scenarios have changed');
  const { modelsInUse } = viewCurrent(
    {
      ...state,
      totals: { ...state.totals, ever: { ...state.totals.ever, models: [] } },
      inFlight: [
        { ...live, model: 'library/plain', countedModel: 'plain' },
        { ...live, upstream: 'vllm', model: 'a', countedModel: 'a' },
      ],
      loadedModels: [
        { ...loaded, name: 'plain' },
        { ...loaded, upstream: 'vllm', name: 'a:latest' },
      ],
    },
    now,
    null,
    null,
  ) as { modelsInUse: string[] };
  expect(modelsInUse).toEqual(['a', 'a:latest', 'plain']);
});
