/** Schemas of the models pages, for the OpenAPI document. They follow shared/models-view.ts. */
import * as v from 'valibot';
import { MODEL_PURPOSES } from '../../../../shared/models-view.ts';
import type {
  BestModels,
  ModelDescription,
  ModelDetail,
  ModelFact,
  ModelFit,
  ModelLimits,
  ModelLoads,
  ModelManager,
  ModelPlace,
  ModelRow,
  ModelShape,
  ModelsNote,
  ModelsOverview,
  RankedModel,
} from '../../../../shared/models-view.ts';
import { maybeSaid } from './sentence-schema.ts';
import { amount, count, flag, loadedModel, moment, number, shape, text } from './state-schemas.ts';

const known = v.nullable(amount);
const name = v.nullable(text);
const yes = v.nullable(flag);
const purpose = v.nullable(v.picklist(MODEL_PURPOSES));
const about = <Schema extends v.GenericSchema>(schema: Schema, words: string) =>
  v.pipe(schema, v.description(words));

const place = shape<ModelPlace>()({
  upstream: text,
  name: about(text, 'The model’s name there'),
  isInstalled: about(yes, 'Null if the server has not answered'),
  loaded: v.nullable(loadedModel),
  outputTokensPerSecond: known,
  speedSamples: count,
});

export const modelRow = shape<ModelRow>()({
  name: text,
  purpose,
  places: v.array(place),
  isInstalled: yes,
  isLoaded: flag,
  sizeBytes: about(known, 'On disk'),
  quantization: name,
  parameterSize: name,
  family: name,
  format: name,
  contextMaximum: about(known, 'Tokens; asked for in the background, so it may come later'),
  requests: about(v.nullable(count), 'Since the first start; null for a model never used'),
  errors: v.nullable(count),
  inputTokens: known,
  outputTokens: known,
  lastUsedAt: v.nullable(moment),
  outputTokensPerSecond: about(known, 'Median over 30 days, without estimated speeds'),
  speedSamples: count,
  timeToFirstTokenMs: about(known, 'Median over 30 days'),
  dailyOutputTokensPerSecond: about(v.array(known), 'Medians of 30 local days, today last'),
  trend: about(v.nullable(number), 'The last 7 days against the 23 before: -0.2 is 20 % slower'),
  wattHoursPerThousandTokens: about(known, 'Of output; an estimate'),
  outputTokensPerJoule: known,
  isFavorite: flag,
  isDefault: flag,
  isPinned: flag,
  hasNotes: flag,
});

const note = shape<ModelsNote>()({
  upstream: text,
  message: text,
  messageSentence: maybeSaid,
  listedAt: v.nullable(moment),
});

const limit = about(name, 'Why it cannot; null if it can');
const limits = shape<ModelLimits>()({
  ...{ load: limit, keepAlive: limit, unload: limit, copy: limit, remove: limit, pull: limit },
});
const manager = shape<ModelManager>()({
  upstream: text,
  cannot: limits,
  cannotSentences: v.strictObject({
    load: maybeSaid,
    keepAlive: maybeSaid,
    unload: maybeSaid,
    copy: maybeSaid,
    remove: maybeSaid,
    pull: maybeSaid,
  }),
});

export const modelsOverview = shape<ModelsOverview>()({
  models: v.array(modelRow),
  notes: v.array(note),
  managers: v.array(manager),
});

const ranked = shape<RankedModel>()({ name: text, value: amount, samples: count });
export const bestModels = shape<BestModels>()({
  bySpeed: v.array(ranked),
  byEnergy: v.array(ranked),
  minAnswers: count,
  minTokens: count,
});

const fact = shape<ModelFact>()({ name: text, value: text });
const modelShape = shape<ModelShape>()({
  architecture: name,
  layers: known,
  kvHeads: about(known, 'Of all layers together'),
  keyLength: known,
  valueLength: known,
  contextMaximum: known,
  unusual: name,
  unusualSentence: maybeSaid,
});
const description = shape<ModelDescription>()({
  upstream: text,
  purpose,
  capabilities: v.nullable(v.array(text)),
  template: name,
  system: name,
  license: name,
  parameters: v.array(fact),
  facts: v.array(fact),
  shape: modelShape,
});
const fit = shape<ModelFit>()({
  weightsBytes: amount,
  bytesPerToken: about(amount, 'Keys and values in 16 bits'),
  contextMaximum: amount,
  contextBytes: amount,
  neededBytes: amount,
  deviceBytes: known,
  fits: yes,
  largestContext: known,
});
const loads = shape<ModelLoads>()({
  from: moment,
  to: moment,
  loads: count,
  swaps: about(count, 'Loads for which another model had to leave'),
  waitedMs: known,
  timedLoads: about(count, 'Loads whose duration is known'),
  displaced: v.array(v.strictObject({ model: text, times: count })),
  timesDisplaced: count,
});
export const modelDetail = shape<ModelDetail>()({
  model: modelRow,
  descriptions: v.array(description),
  variants: v.array(modelRow),
  fit: about(v.nullable(fit), 'An estimate; null if something is unknown'),
  fitNote: name,
  fitNoteSentence: maybeSaid,
  loads,
  notes: v.array(note),
});
