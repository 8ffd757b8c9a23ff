import type {
  ModelDescription,
  ModelDetail,
  ModelRow,
  ModelShape,
} from '../../../shared/models-view.ts';
import { meansModel } from '../../../shared/model-names.ts';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import type { State } from '../../../shared/snapshot.ts';
import { TokwattError } from '../errors.ts';
import { isLocal } from '../upstreams/loaded-models/local-model.ts';
import type { LoadLog } from './load-log.ts';
import { fitOf } from './model-fit.ts';
import type { ModelOverview } from './overview.ts';

/** Longest wait for servers that were not asked yet, milliseconds. The model may be on one of them. */
const PATIENCE_MS = 4_000;

export interface DetailParts {
  readonly overview: ModelOverview;
  readonly loads: Pick<LoadLog, 'of'>;
  readonly state: () => State;
}

/** Everything about one model. Throws `not_found` (404) for a model that was never seen. */
export async function modelDetail(
  { overview, loads, state }: DetailParts,
  name: string,
  range: { readonly from: number; readonly to: number },
): Promise<ModelDetail> {
  const { models, notes } = await overview.read(PATIENCE_MS);
  const model =
    models.find((each) => each.name === name) ??
    models.find((each) => meansModel(name, each.name, true));
  if (model === undefined) {
    const message = sentence('model_never_seen', { model: name });
    throw new TokwattError('not_found', message, { status: 404 });
  }
  const descriptions = await overview.describe(model);
  const found = shapeOf(descriptions);
  const deviceBytes = deviceBytesFor(model, state());
  const fit = fitOf({ sizeBytes: model.sizeBytes, shape: found, deviceBytes });
  return {
    model: { ...model, contextMaximum: model.contextMaximum ?? found?.contextMaximum ?? null },
    descriptions,
    variants: variantsOf(model, models),
    ...('code' in fit
      ? { fit: null, fitNote: inEnglish(fit), fitNoteSentence: fit }
      : { fit, fitNote: null, fitNoteSentence: null }),
    loads: loads.of(model.name, range.from, range.to),
    notes,
  };
}

/** The one that says most. */
function shapeOf(descriptions: readonly ModelDescription[]): ModelShape | null {
  const shapes = descriptions.map(({ shape }) => shape);
  return shapes.find(({ kvHeads }) => kvHeads !== null) ?? shapes[0] ?? null;
}

/**
 * The memory of all GPUs of this machine, because servers split a model over them. Null for a model
 * of a server elsewhere.
 */
function deviceBytesFor({ places }: ModelRow, { upstreams, gpu }: State): number | null {
  const here = new Set(upstreams.filter(isLocal).map(({ name }) => name));
  if (!places.some(({ upstream }) => here.has(upstream))) return null;
  const totals = gpu.gpus.map(({ memoryTotalBytes }) => memoryTotalBytes);
  if (totals.length === 0 || totals.includes(null)) return null;
  return totals.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
}

/** Models of the same family; those of the same size come first, and differ in their quantisation. */
function variantsOf(model: ModelRow, all: readonly ModelRow[]): ModelRow[] {
  if (model.family === null) return [];
  const distance = ({ parameterSize }: ModelRow): number =>
    parameterSize === model.parameterSize ? 0 : 1;
  return all
    .filter((each) => each.name !== model.name && each.family === model.family)
    .sort((a, b) => distance(a) - distance(b) || (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0));
}
