import { countOf, objectOf, objectsOf, textOf, type JsonObject } from '../json.ts';
import { loadedModel, type LoadedModelsSource, type ServerModel } from './source.ts';

/** LM Studio's current list. A model has any number of loaded instances, each with its own name. */
export const LMSTUDIO_MODELS: LoadedModelsSource = {
  paths: ['/api/v1/models'],
  parse: ([body]) => objectsOf(objectOf(body)?.models)?.flatMap(instances) ?? null,
};

/** The list of older versions. Its `max_context_length` is not the one in use, so it is ignored. */
export const LMSTUDIO_OLDER_MODELS: LoadedModelsSource = {
  paths: ['/api/v0/models'],
  parse: ([body]) => objectsOf(objectOf(body)?.data)?.flatMap(olderModel) ?? null,
};

function instances(model: JsonObject): ServerModel[] {
  return (objectsOf(model.loaded_instances) ?? []).flatMap((instance) => {
    const name = textOf(instance.id) ?? textOf(model.key);
    if (name === null) return [];
    return loadedModel(name, {
      sizeBytes: countOf(model.size_bytes),
      contextLength: countOf(objectOf(instance.config)?.context_length),
      parameterSize: textOf(model.params_string),
      quantization: textOf(objectOf(model.quantization)?.name),
    });
  });
}

function olderModel(model: JsonObject): ServerModel[] {
  const name = textOf(model.id);
  if (name === null || model.state !== 'loaded') return [];
  return [
    loadedModel(name, {
      contextLength: countOf(model.loaded_context_length),
      quantization: textOf(model.quantization),
    }),
  ];
}
