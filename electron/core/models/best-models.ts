import type { BestModels, ModelRow, RankedModel } from '../../../shared/models-view.ts';

/** With fewer answers, one lucky cache hit would decide. */
const MIN_ANSWERS = 5;
/** With fewer tokens, the error of the power readings is larger than most differences. */
const MIN_TOKENS = 1_000;
const MAX_RANKS = 20;

/**
 * Ranks chat models by what was measured on this machine. Speeds count at local servers only; energy
 * is known of local servers only.
 *
 * @param local names of the upstreams on this machine
 * @param ratedTokens output tokens with measured energy, by model
 */
export function bestModels(
  rows: readonly ModelRow[],
  local: ReadonlySet<string>,
  ratedTokens: ReadonlyMap<string, number>,
): BestModels {
  const chat = rows.filter(({ purpose }) => purpose === null || purpose === 'chat');
  const bySpeed = chat.flatMap(({ name, places }): RankedModel[] => {
    const measured = places.filter(
      (place) => local.has(place.upstream) && place.speedSamples >= MIN_ANSWERS,
    );
    // The same model may run faster in one server than in another.
    const [best] = measured.sort(
      (a, b) => (b.outputTokensPerSecond ?? 0) - (a.outputTokensPerSecond ?? 0),
    );
    const value = best?.outputTokensPerSecond ?? null;
    return best === undefined || value === null
      ? []
      : [{ name, value, samples: best.speedSamples }];
  });
  const byEnergy = chat.flatMap(({ name, outputTokensPerJoule: value }): RankedModel[] => {
    const samples = ratedTokens.get(name) ?? 0;
    return value === null || samples < MIN_TOKENS ? [] : [{ name, value, samples }];
  });
  return {
    ...{ bySpeed: ranked(bySpeed), byEnergy: ranked(byEnergy) },
    ...{ minAnswers: MIN_ANSWERS, minTokens: MIN_TOKENS },
  };
}

function ranked(models: readonly RankedModel[]): RankedModel[] {
  return [...models]
    .sort((a, b) => b.value - a.value || a.name.localeCompare(b.name))
    .slice(0, MAX_RANKS);
}
