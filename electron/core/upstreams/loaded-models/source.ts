import type { LoadedModel } from '../../../../shared/slices.ts';

/** A loaded model as its server reports it. The watcher adds the upstream. */
export type ServerModel = Omit<LoadedModel, 'upstream'>;

/** One way to list the loaded models of a kind of server. */
export interface LoadedModelsSource {
  /** Paths for GET requests without side effects. The first one must be answered. */
  readonly paths: readonly string[];
  /**
   * The models in the JSON bodies, one for each path; undefined for a missing answer. Null if the
   * bodies are not those of this kind of server. Pure; `now` is Unix milliseconds.
   */
  readonly parse: (bodies: readonly unknown[], now: number) => ServerModel[] | null;
}

/** A model of which only the name is known, plus `known` values. */
export function loadedModel(name: string, known: Partial<ServerModel> = {}): ServerModel {
  return {
    name,
    state: 'loaded',
    sizeBytes: null,
    vramBytes: null,
    contextLength: null,
    parameterSize: null,
    quantization: null,
    expiresAt: null,
    ...known,
  };
}
