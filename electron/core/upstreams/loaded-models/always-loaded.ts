import { countOf, objectOf, objectsOf, textOf } from '../json.ts';
import { loadedModel, type LoadedModelsSource } from './source.ts';

/** vLLM and SGLang: all models in `/v1/models` are loaded. */
export const LISTED_MODELS: LoadedModelsSource = {
  paths: ['/v1/models'],
  parse: ([body]) =>
    objectsOf(objectOf(body)?.data)?.flatMap((entry) => {
      const name = textOf(entry.id);
      if (name === null) return [];
      return loadedModel(name, { contextLength: countOf(entry.max_model_len) });
    }) ?? null,
};

/** TGI and TEI have one model, described by `/info`. */
export const INFO_MODEL: LoadedModelsSource = {
  paths: ['/info'],
  parse: ([body]) => {
    const info = objectOf(body);
    const name = textOf(info?.model_id);
    if (name === null) return null;
    const contextLength = countOf(info?.max_total_tokens) ?? countOf(info?.max_input_length);
    return [loadedModel(name, { contextLength })];
  },
};

/** KoboldCpp has one model, named `koboldcpp/…`, or `inactive` if there is none. */
export const KOBOLDCPP_MODEL: LoadedModelsSource = {
  paths: ['/api/v1/model'],
  parse: ([body]) => {
    const name = textOf(objectOf(body)?.result);
    if (name === null) return null;
    return name === 'inactive' ? [] : [loadedModel(name)];
  },
};
