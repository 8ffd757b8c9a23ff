import { canonicalModelName } from '../../../shared/model-names.ts';
import type { ModelDescription, ModelRow, ModelsOverview } from '../../../shared/models-view.ts';
import type { Snapshot, State } from '../../../shared/snapshot.ts';
import { REST_OF_MODELS, UNKNOWN_MODEL } from '../records/totals/series.ts';
import type { Stats } from '../records/totals/stats.ts';
import type { InstalledModel } from './installed.ts';
import type { ModelDescriptions } from './descriptions.ts';
import { modelManager } from './model-limits.ts';
import type { KnownLists, ModelLists } from './model-lists.ts';
import { rowOf } from './model-row.ts';
import type { SeenModel } from './model-row.ts';
import type { ModelRepository } from './repository.ts';
import type { SpeedFigures } from './speed-figures.ts';

export interface OverviewOptions {
  readonly snapshot: () => Snapshot;
  readonly stats: () => Stats;
  readonly lists: ModelLists;
  readonly speeds: SpeedFigures;
  readonly descriptions: ModelDescriptions;
  readonly repository: Pick<ModelRepository, 'entries'>;
}

/** One row for each model that was ever used, is installed, is loaded or is on the user's list. */
export class ModelOverview {
  readonly #options: OverviewOptions;

  constructor(options: OverviewOptions) {
    this.#options = options;
  }

  /** @param firstMs the longest wait for a server that was not asked yet, milliseconds */
  async read(firstMs?: number): Promise<ModelsOverview> {
    const { snapshot, lists, speeds } = this.#options;
    const { state } = snapshot();
    const [known, figures] = await Promise.all([
      lists.read(state.upstreams, firstMs),
      speeds.read(),
    ]);
    const seen = new SeenModels(state);
    this.#addUsed(seen, state, [...figures.keys()]);
    this.#addListed(seen, known);
    for (const loaded of state.loadedModels)
      seen.at(loaded.upstream, loaded.name).loaded.push(loaded);
    for (const entry of this.#options.repository.entries)
      seen.listed(entry.modelName).entry = entry;
    const silent = silentOf(known);
    const models = seen.all.map((model) => rowOf(model, figures.get(model.name) ?? null, silent));
    models.sort((a, b) => a.name.localeCompare(b.name));
    return { models, notes: known.notes, managers: state.upstreams.map(modelManager) };
  }

  /** What the servers that have a model tell about it. */
  async describe(model: ModelRow): Promise<ModelDescription[]> {
    const { snapshot, lists, descriptions } = this.#options;
    const known = await lists.read(snapshot().state.upstreams);
    const installed = model.places.flatMap(({ upstream, name }) =>
      (known.lists.get(upstream) ?? []).filter((each) => each.name === name),
    );
    const found = await Promise.all(installed.map((each) => descriptions.read(each)));
    return found.filter((each) => each !== null);
  }

  #addUsed(seen: SeenModels, state: State, measured: readonly string[]): void {
    for (const tally of state.totals.ever.models) {
      if (tally.model === UNKNOWN_MODEL || tally.model === REST_OF_MODELS) continue;
      seen.named(tally.model).tally = tally;
    }
    for (const { model, upstream, operation } of this.#options.stats().series) {
      if (model === UNKNOWN_MODEL || model === REST_OF_MODELS) continue;
      const used = seen.named(model);
      used.upstreams.add(upstream);
      used.operations.add(operation);
    }
    for (const model of measured) seen.named(model);
  }

  #addListed(seen: SeenModels, { lists }: KnownLists): void {
    for (const [upstream, models] of lists) {
      for (const model of models ?? []) {
        const description = this.#options.descriptions.known(model);
        seen.at(upstream, model.name).installed.push({ ...model, ...filled(model, description) });
      }
    }
  }
}

/** What a model's description adds to the list's entry. */
function filled(
  model: InstalledModel,
  description: ReturnType<ModelDescriptions['known']>,
): Pick<InstalledModel, 'purpose' | 'contextMaximum'> {
  return {
    purpose: model.purpose ?? description?.purpose ?? null,
    contextMaximum: model.contextMaximum ?? description?.shape.contextMaximum ?? null,
  };
}

function silentOf({ lists }: KnownLists): ReadonlySet<string> {
  return new Set([...lists].flatMap(([name, models]) => (models === null ? [name] : [])));
}

/** The models by the names of their sums. */
class SeenModels {
  readonly #models = new Map<string, SeenModel>();
  readonly #kinds: ReadonlyMap<string, string | null>;

  constructor({ upstreams }: State) {
    this.#kinds = new Map(upstreams.map(({ name, kind }) => [name, kind]));
  }

  get all(): SeenModel[] {
    return [...this.#models.values()];
  }

  named(name: string): SeenModel {
    const known = this.#models.get(name);
    if (known !== undefined) return known;
    const model: SeenModel = {
      ...{ name, tally: null, entry: null, upstreams: new Set(), operations: new Set() },
      ...{ installed: [], loaded: [] },
    };
    this.#models.set(name, model);
    return model;
  }

  at(upstream: string, name: string): SeenModel {
    const model = this.named(canonicalModelName(this.#kinds.get(upstream) ?? null, name));
    model.upstreams.add(upstream);
    return model;
  }

  /** The user's list may have any name of a model. */
  listed(name: string): SeenModel {
    const isKnown = this.#models.has(name);
    return this.named(isKnown ? name : canonicalModelName('ollama', name));
  }
}
