import type { ModelDescription, ModelFact, ModelPurpose } from '../../../shared/models-view.ts';
import { countOf, objectOf, objectsOf, textOf } from '../upstreams/json.ts';
import type { JsonObject } from '../upstreams/json.ts';
import { UNKNOWN_SHAPE, shapeOf } from './model-shape.ts';
import { sameModel } from './same-model.ts';
import type { ServerCalls } from './server-calls.ts';

type Described = Omit<ModelDescription, 'upstream'>;
type Describe = (calls: ServerCalls, model: string) => Promise<Described | null>;

/** The kinds of servers that describe their models. */
const DESCRIBE: Readonly<Record<string, Describe>> = {
  ollama: ofOllama,
  'docker-model-runner': ofOllama,
  llamacpp: ofLlamaServer,
  lmstudio: ofLmStudio,
};

/** Longest text that is passed on. A license may have many pages. */
const MAX_TEXT = 20_000;
const MAX_FACTS = 200;

/**
 * What the server tells about a model; null if its kind tells nothing or it has no such model.
 * Throws TokwattErrors.
 */
export async function describeModel(
  calls: ServerCalls,
  model: string,
): Promise<ModelDescription | null> {
  const found = await DESCRIBE[calls.target.kind ?? '']?.(calls, model);
  return found === undefined || found === null ? null : { upstream: calls.target.name, ...found };
}

const NOTHING: Described = {
  ...{ purpose: null, capabilities: null, template: null, system: null, license: null },
  ...{ parameters: [], facts: [], shape: UNKNOWN_SHAPE },
};

/** `/api/show` without `verbose`, which would add the whole tokenizer. It does not load the model. */
async function ofOllama(calls: ServerCalls, model: string): Promise<Described | null> {
  const shown = objectOf(await calls.post('/api/show', { model }));
  if (shown === null) return null;
  const info = objectOf(shown.model_info) ?? {};
  const capabilities = textsOf(shown.capabilities);
  return {
    purpose: purposeOf(capabilities),
    capabilities,
    template: textOf(shown.template)?.slice(0, MAX_TEXT) ?? null,
    system: textOf(shown.system)?.slice(0, MAX_TEXT) ?? null,
    license: textOf(shown.license)?.slice(0, MAX_TEXT) ?? null,
    parameters: parameterLines(textOf(shown.parameters)),
    facts: [...factsOf(objectOf(shown.details) ?? {}), ...factsOf(info)].slice(0, MAX_FACTS),
    shape: shapeOf(info),
  };
}

function purposeOf(capabilities: readonly string[] | null): ModelPurpose | null {
  if (capabilities === null) return null;
  if (capabilities.includes('completion')) return 'chat';
  if (capabilities.includes('embedding')) return 'embedding';
  return capabilities.includes('image') ? 'image' : null;
}

/** `num_ctx                        4096`, one line a parameter; a name may come several times. */
function parameterLines(text: string | null): ModelFact[] {
  return (text ?? '').split('\n').flatMap((line) => {
    const found = /^\s*(\S+)\s+(\S.*?)\s*$/.exec(line);
    return found === null ? [] : [{ name: found[1] ?? '', value: found[2] ?? '' }];
  });
}

/** `/props`; a router answers for one of its models, which it does not load for that. */
async function ofLlamaServer(calls: ServerCalls, model: string): Promise<Described | null> {
  const query = new URLSearchParams({ model, autoload: 'false' });
  const [props, listed] = await Promise.all([
    calls.get(`/props?${query.toString()}`).then(objectOf, () => null),
    calls.get('/v1/models').then(objectOf),
  ]);
  const entry = objectsOf(listed?.data)?.find(({ id }) => id === model);
  if (entry === undefined) return null;
  const meta = objectOf(entry.meta);
  const settings = objectOf(props?.default_generation_settings);
  const launch = textsOf(objectOf(entry.status)?.args);
  return {
    ...NOTHING,
    capabilities: capabilitiesOf(objectOf(props?.modalities)),
    template: textOf(props?.chat_template)?.slice(0, MAX_TEXT) ?? null,
    parameters: [
      ...(launch === null ? [] : [{ name: 'args', value: launch.join(' ') }]),
      ...factsOf({ n_ctx: settings?.n_ctx, total_slots: props?.total_slots }),
      ...factsOf(objectOf(settings?.params) ?? {}),
    ],
    facts: factsOf({ ...meta, model_path: props?.model_path, build_info: props?.build_info }),
    shape: { ...UNKNOWN_SHAPE, contextMaximum: countOf(meta?.n_ctx_train) },
  };
}

function capabilitiesOf(modalities: JsonObject | null): string[] | null {
  if (modalities === null) return null;
  return Object.entries(modalities).flatMap(([name, can]) => (can === true ? [name] : []));
}

async function ofLmStudio(calls: ServerCalls, model: string): Promise<Described | null> {
  const current = await calls.get('/api/v1/models').then(objectOf, () => null);
  const found = objectsOf(current?.models)?.find(({ key }) => key === model);
  const entry = found ?? (await olderEntry(calls, model));
  if (entry === null) return null;
  const given = objectOf(entry.capabilities);
  const { loaded_instances: instances, capabilities, ...rest } = entry;
  const configured = objectsOf(instances)?.flatMap(({ config }) => factsOf(objectOf(config) ?? {}));
  return {
    ...NOTHING,
    capabilities: given === null ? textsOf(capabilities) : capabilitiesOf(given),
    parameters: configured ?? [],
    facts: factsOf(rest),
    shape: {
      ...UNKNOWN_SHAPE,
      architecture: textOf(entry.architecture) ?? textOf(entry.arch),
      contextMaximum: countOf(entry.max_context_length),
    },
  };
}

async function olderEntry(calls: ServerCalls, model: string): Promise<JsonObject | null> {
  const older = objectOf(await calls.get('/api/v0/models'));
  const named = ({ id }: JsonObject): boolean => typeof id === 'string' && sameModel(id, model);
  return objectsOf(older?.data)?.find(named) ?? null;
}

function textsOf(value: unknown): string[] | null {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : null;
}

/** The texts, numbers and flags of an object. Lists and objects are left out. */
function factsOf(given: JsonObject): ModelFact[] {
  return Object.entries(given)
    .flatMap(([name, value]) => {
      const isPlain = ['string', 'number', 'boolean'].includes(typeof value) && value !== '';
      return isPlain ? [{ name, value: String(value).slice(0, 2_000) }] : [];
    })
    .slice(0, MAX_FACTS);
}
