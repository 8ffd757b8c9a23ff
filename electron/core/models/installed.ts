import type { TokwattError } from '../errors.ts';
import { loadedModelsSources } from '../upstreams/loaded-models/by-kind.ts';
import type { ServerModel as LoadedServerModel } from '../upstreams/loaded-models/source.ts';
import { modelServer } from './by-kind.ts';
import type { ServerModel } from './model-server.ts';
import { refusal } from './refusal.ts';
import { sameModel } from './same-model.ts';
import type { ServerCalls } from './server-calls.ts';

/** A model that an upstream can serve. */
export interface InstalledModel extends ServerModel {
  readonly upstream: string;
  readonly contextLength: number | null;
}

/** The models of all upstreams, and the upstreams that could not be queried. */
export interface Installed {
  readonly models: readonly InstalledModel[];
  readonly errors: readonly InstalledError[];
}

export interface InstalledError {
  readonly upstream: string;
  readonly error: TokwattError;
}

/**
 * The models of one server and which of them are loaded. Throws a TokwattError if the server does
 * not list them.
 */
export async function installedAt(calls: ServerCalls): Promise<InstalledModel[]> {
  const [models, loaded] = await Promise.all([listOf(calls), loadedAt(calls)]);
  return models.map((model) => {
    const running = loaded?.find(({ name }) => sameModel(name, model.name));
    const { details } = model;
    return {
      ...model,
      upstream: calls.target.name,
      size: model.size ?? running?.sizeBytes ?? null,
      loaded: model.loaded ?? (loaded === null ? null : running !== undefined),
      contextLength: running?.contextLength ?? null,
      details: {
        ...details,
        parameterSize: details.parameterSize ?? running?.parameterSize ?? null,
        quantizationLevel: details.quantizationLevel ?? running?.quantization ?? null,
      },
    };
  });
}

async function listOf(calls: ServerCalls): Promise<ServerModel[]> {
  for (const { path, parse } of modelServer(calls.target.kind).lists) {
    const models = parse(await calls.get(path));
    if (models !== null) return models;
  }
  throw refusal(calls.target, 502, 'it lists no models');
}

/**
 * Null if the server does not list its loaded models. The model list is useful even without them.
 */
async function loadedAt(calls: ServerCalls): Promise<LoadedServerModel[] | null> {
  for (const { paths, parse } of loadedModelsSources(calls.target.kind)) {
    const bodies = await Promise.all(
      paths.map((path) => calls.get(path).catch((): undefined => undefined)),
    );
    const models = parse(bodies, Date.now());
    if (models !== null) return models;
  }
  return null;
}
