import { objectOf, objectsOf, textOf } from '../json.ts';
import { loadedModel, type LoadedModelsSource, type ServerModel } from './source.ts';

const STATES: Readonly<Record<string, ServerModel['state']>> = {
  starting: 'loading',
  ready: 'loaded',
};

/** llama-swap's `/running`. Models that are stopping count as unloaded. */
export const LLAMA_SWAP_MODELS: LoadedModelsSource = {
  paths: ['/running'],
  parse: ([body]) =>
    objectsOf(objectOf(body)?.running)?.flatMap((entry) => {
      const name = textOf(entry.model);
      const state = STATES[textOf(entry.state) ?? ''];
      return name === null || state === undefined ? [] : loadedModel(name, { state });
    }) ?? null,
};
