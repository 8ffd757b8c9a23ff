import { countOf, objectOf, objectsOf, textOf, type JsonObject } from '../json.ts';
import { loadedModel, type LoadedModelsSource, type ServerModel } from './source.ts';

const ROUTER_STATES: Readonly<Record<string, ServerModel['state']>> = {
  loading: 'loading',
  loaded: 'loaded',
  sleeping: 'sleeping',
};

/**
 * llama-server. With one model, `/v1/models` describes it and `/props` has the context size in use.
 * As a router, each model in the list has a `status`. Neither request wakes a sleeping model.
 */
export const LLAMACPP_MODELS: LoadedModelsSource = {
  paths: ['/v1/models', '/props'],
  parse: ([list, propsBody]) => {
    const models = objectsOf(objectOf(list)?.data);
    if (models === null) return null;
    const props = objectOf(propsBody);
    const single = props?.role === 'router' ? null : props;
    return models.flatMap((entry) => {
      const status = objectOf(entry.status);
      return status === null ? theModel(entry, single) : routed(entry, status);
    });
  },
};

function theModel(entry: JsonObject, props: JsonObject | null): ServerModel[] {
  const settings = objectOf(props?.default_generation_settings);
  const context = countOf(settings?.n_ctx);
  return described(entry, props?.is_sleeping === true ? 'sleeping' : 'loaded', context);
}

function routed(entry: JsonObject, status: JsonObject): ServerModel[] {
  const state = ROUTER_STATES[textOf(status.value) ?? ''];
  return state === undefined ? [] : described(entry, state, null);
}

function described(
  entry: JsonObject,
  state: ServerModel['state'],
  context: number | null,
): ServerModel[] {
  const name = textOf(entry.id);
  if (name === null) return [];
  const meta = objectOf(entry.meta);
  return [
    loadedModel(name, {
      state,
      sizeBytes: countOf(meta?.size),
      contextLength: context ?? countOf(meta?.n_ctx),
      parameterSize: parameterSize(countOf(meta?.n_params)),
      quantization: textOf(meta?.ftype),
    }),
  ];
}

/** In Ollama's form: 8.0B, 494.0M. */
function parameterSize(parameters: number | null): string | null {
  if (parameters === null || parameters === 0) return null;
  if (parameters >= 1e9) return `${(parameters / 1e9).toFixed(1)}B`;
  if (parameters >= 1e6) return `${(parameters / 1e6).toFixed(1)}M`;
  return `${(parameters / 1e3).toFixed(1)}K`;
}
