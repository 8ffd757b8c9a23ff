import type { LoadedModel } from '../../../../shared/slices.ts';

/** A loaded model as its server tells of it; whose server it is, the watcher adds. */
export type ServerModel = Omit<LoadedModel, 'upstream'>;

/** One way to ask a kind of server which models it holds in memory. */
export interface LoadedModelsSource {
  /** GETs without side effects; the first is the one that must be answered. */
  readonly paths: readonly string[];
  /**
   * The models in the JSON bodies, one a path, undefined where there was none. Null if the bodies
   * are not what this kind of server answers. Pure; `now` is Unix milliseconds.
   */
  readonly parse: (bodies: readonly unknown[], now: number) => ServerModel[] | null;
}

/** A model of which no more than its name is known. */
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
