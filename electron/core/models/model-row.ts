import { efficiencyOf } from '../../../shared/efficiency.ts';
import type { ModelPlace, ModelPurpose, ModelRow } from '../../../shared/models-view.ts';
import type { LoadedModel } from '../../../shared/slices.ts';
import type { ModelTally } from '../../../shared/tally.ts';
import type { Median, ModelFigures } from '../records/ledger/model-figures.ts';
import type { InstalledModel } from './installed.ts';
import type { RepositoryEntry } from './repository-entry.ts';
import { DAYS } from './speed-figures.ts';

/** Fewest answers of both periods for a trend. */
const MIN_TREND = 5;

/** What is known of a model before its row is made. */
export interface SeenModel {
  readonly name: string;
  tally: ModelTally | null;
  entry: RepositoryEntry | null;
  readonly upstreams: Set<string>;
  /** What it was asked for. */
  readonly operations: Set<string>;
  readonly installed: InstalledModel[];
  readonly loaded: LoadedModel[];
}

/**
 * Makes the row of a model.
 *
 * @param silent upstreams that have never listed their models
 */
export function rowOf(
  model: SeenModel,
  figures: ModelFigures | null,
  silent: ReadonlySet<string>,
): ModelRow {
  const places = [...model.upstreams].map((upstream) => placeOf(model, upstream, figures, silent));
  return {
    name: model.name,
    purpose: purposeOf(model),
    places,
    isInstalled: isInstalled(places),
    isLoaded: model.loaded.length > 0,
    ...factsOf(model),
    ...usedOf(model.tally),
    ...speedsOf(figures),
    ...marksOf(model.entry),
  };
}

function placeOf(
  { name, installed, loaded }: SeenModel,
  upstream: string,
  figures: ModelFigures | null,
  silent: ReadonlySet<string>,
): ModelPlace {
  const here = installed.find((each) => each.upstream === upstream);
  const running = loaded.find((each) => each.upstream === upstream) ?? null;
  const rate = figures?.places.find((each) => each.upstream === upstream)?.rate;
  const isListed = here !== undefined || running !== null;
  return {
    upstream,
    name: here?.name ?? running?.name ?? name,
    isInstalled: isListed ? true : silent.has(upstream) ? null : false,
    loaded: running,
    outputTokensPerSecond: rate?.p50 ?? null,
    speedSamples: rate?.count ?? 0,
  };
}

/** Unknown as long as a server that may have it was never heard. */
function isInstalled(places: readonly ModelPlace[]): boolean | null {
  if (places.some((place) => place.isInstalled === true)) return true;
  return places.some((place) => place.isInstalled === null) ? null : false;
}

type Facts = Pick<
  ModelRow,
  'sizeBytes' | 'quantization' | 'parameterSize' | 'family' | 'format' | 'contextMaximum'
>;

/** A server that lists a model knows more than one that has only loaded it. */
function factsOf({ installed, loaded, entry }: SeenModel): Facts {
  const first = <T>(...values: readonly (T | null | undefined)[]): T | null =>
    values.find((value) => value !== null && value !== undefined) ?? null;
  const details = installed.map((each) => each.details);
  return {
    sizeBytes: first(...installed.map(({ size }) => size), entry?.sizeBytes),
    quantization: first(
      ...details.map((each) => each.quantizationLevel),
      ...loaded.map((each) => each.quantization),
    ),
    parameterSize: first(
      ...details.map((each) => each.parameterSize),
      ...loaded.map((each) => each.parameterSize),
    ),
    family: first(...details.map(({ family }) => family)),
    format: first(...details.map(({ format }) => format)),
    contextMaximum: first(...installed.map(({ contextMaximum }) => contextMaximum)),
  };
}

const PURPOSES: Readonly<Record<string, ModelPurpose>> = {
  chat: 'chat',
  completion: 'chat',
  infill: 'chat',
  embedding: 'embedding',
  rerank: 'rerank',
  image: 'image',
  audio: 'audio',
};

/** As a server says, else what it was asked for. A model that chats can also make embeddings. */
function purposeOf({ installed, operations }: SeenModel): ModelPurpose | null {
  const told = installed.find(({ purpose }) => purpose !== null)?.purpose;
  if (told !== undefined) return told;
  const asked = [...operations].flatMap((operation) => PURPOSES[operation] ?? []);
  return asked.includes('chat') ? 'chat' : (asked[0] ?? null);
}

function usedOf(
  tally: ModelTally | null,
): Pick<
  ModelRow,
  | 'requests'
  | 'errors'
  | 'inputTokens'
  | 'outputTokens'
  | 'lastUsedAt'
  | 'wattHoursPerThousandTokens'
  | 'outputTokensPerJoule'
> {
  const efficiency = tally === null ? null : efficiencyOf(tally);
  return {
    requests: tally?.requests ?? null,
    errors: tally?.errors ?? null,
    inputTokens: tally?.inputTokens ?? null,
    outputTokens: tally?.outputTokens ?? null,
    lastUsedAt: tally?.lastUsedAt ?? null,
    wattHoursPerThousandTokens: efficiency?.wattHoursPerThousandOutputTokens ?? null,
    outputTokensPerJoule: efficiency?.outputTokensPerJoule ?? null,
  };
}

function speedsOf(
  figures: ModelFigures | null,
): Pick<
  ModelRow,
  | 'outputTokensPerSecond'
  | 'speedSamples'
  | 'timeToFirstTokenMs'
  | 'dailyOutputTokensPerSecond'
  | 'trend'
> {
  return {
    outputTokensPerSecond: figures?.rate.p50 ?? null,
    speedSamples: figures?.rate.count ?? 0,
    timeToFirstTokenMs: figures?.ttftMs.p50 ?? null,
    dailyOutputTokensPerSecond: figures?.daily ?? new Array<null>(DAYS).fill(null),
    trend: figures === null ? null : trendOf(figures.recentRate, figures.earlierRate),
  };
}

function trendOf(recent: Median, earlier: Median): number | null {
  if (recent.count < MIN_TREND || earlier.count < MIN_TREND) return null;
  if (recent.p50 === null || earlier.p50 === null || earlier.p50 <= 0) return null;
  return recent.p50 / earlier.p50 - 1;
}

function marksOf(
  entry: RepositoryEntry | null,
): Pick<ModelRow, 'isFavorite' | 'isDefault' | 'isPinned' | 'hasNotes'> {
  const { isFavorite = false, isDefault = false, isPinned = false } = entry ?? {};
  return { isFavorite, isDefault, isPinned, hasNotes: (entry?.notes ?? '') !== '' };
}
