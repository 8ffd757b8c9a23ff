import { countOf, objectOf, objectsOf, textOf, type JsonObject } from '../json.ts';
import { loadedModel, type LoadedModelsSource, type ServerModel } from './source.ts';

/** `keep_alive: -1` results in a date centuries ahead. A date this far ahead counts as never. */
const NEVER_MS = 10 * 365 * 24 * 3600 * 1000;

/**
 * Ollama's `/api/ps`. Docker Model Runner has it too, without `details` and `context_length`. A
 * model that is still loading is listed as loaded.
 */
export const OLLAMA_MODELS: LoadedModelsSource = {
  paths: ['/api/ps'],
  parse: ([body], now) => objectsOf(objectOf(body)?.models)?.flatMap((m) => model(m, now)) ?? null,
};

function model(entry: JsonObject, now: number): ServerModel[] {
  const name = textOf(entry.name) ?? textOf(entry.model);
  if (name === null) return [];
  const details = objectOf(entry.details);
  return [
    loadedModel(name, {
      sizeBytes: countOf(entry.size),
      vramBytes: countOf(entry.size_vram),
      contextLength: countOf(entry.context_length) ?? countOf(details?.context_length),
      parameterSize: textOf(details?.parameter_size),
      quantization: textOf(details?.quantization_level),
      expiresAt: expiry(entry.expires_at, now),
    }),
  ];
}

/** RFC 3339 with a time zone. Go's zero time (year 1) means none. */
function expiry(value: unknown, now: number): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) || at <= 0 || at - now > NEVER_MS ? null : at;
}
