import type { ModelShape } from '../../../shared/models-view.ts';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import { countOf, textOf } from '../upstreams/json.ts';
import type { JsonObject } from '../upstreams/json.ts';

export const UNKNOWN_SHAPE: ModelShape = {
  ...{ architecture: null, layers: null, kvHeads: null, keyLength: null, valueLength: null },
  ...{ contextMaximum: null, unusual: null, unusualSentence: null },
};

/**
 * Reads the shape from GGUF metadata, as Ollama's `/api/show` has it in `model_info`. The keys are
 * those of the GGUF specification (ggml, docs/gguf.md): `ARCH.block_count`,
 * `ARCH.attention.head_count_kv` and so on. Without `key_length`, a head has its share of
 * `embedding_length`; without `head_count_kv`, each head has keys and values of its own.
 */
export function shapeOf(info: JsonObject): ModelShape {
  const architecture = textOf(info['general.architecture']);
  if (architecture === null) return UNKNOWN_SHAPE;
  const number = (key: string): number | null => countOf(info[`${architecture}.${key}`]);
  const layers = number('block_count');
  const heads = number('attention.head_count');
  const embedding = number('embedding_length');
  const share = embedding === null || heads === null || heads === 0 ? null : embedding / heads;
  const each = info[`${architecture}.attention.head_count_kv`];
  return {
    architecture,
    layers,
    kvHeads: kvHeads(each, layers, heads),
    keyLength: number('attention.key_length') ?? share,
    valueLength: number('attention.value_length') ?? share,
    contextMaximum: number('context_length'),
    ...unusual(info, architecture),
  };
}

/** One number for all layers, or one for each layer. Ollama leaves out long lists. */
function kvHeads(given: unknown, layers: number | null, heads: number | null): number | null {
  if (Array.isArray(given)) {
    const counts = given.map(countOf);
    const isWhole = layers !== null && counts.length === layers && !counts.includes(null);
    return isWhole ? counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) : null;
  }
  const each = given === undefined ? heads : countOf(given);
  return each === null || layers === null ? null : each * layers;
}

function unusual(
  info: JsonObject,
  architecture: string,
): Pick<ModelShape, 'unusual' | 'unusualSentence'> {
  const has = (key: string): boolean => info[`${architecture}.${key}`] !== undefined;
  const said = has('attention.kv_lora_rank')
    ? sentence('fit_compressed')
    : has('ssm.state_size')
      ? sentence('fit_recurrent')
      : null;
  return { unusual: said === null ? null : inEnglish(said), unusualSentence: said };
}
