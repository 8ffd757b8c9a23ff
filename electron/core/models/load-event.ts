import type { ActivityRecord } from '../../../shared/usage.ts';

/**
 * Paths that load and unload models: llama-server's router `/models/load` and `/models/unload`,
 * llama-swap's `/unload` and `/api/models/unload/NAME`, LM Studio's `/api/v1/models/load`, Docker
 * Model Runner's `/engines/unload`, TabbyAPI's `/v1/model/load`.
 */
const LOAD_PATH = /\/(?:un)?load(?:\/|$)/;

/** Paths of Ollama that add a model: a download, a new one and a copy. */
const ADD_PATH = /\/api\/(?:pull|create|copy)\/?$/;

/** True if a client's exchange added a model to the server. */
export function addsModels({ status, method, endpoint }: ActivityRecord): boolean {
  return status !== null && status < 400 && method === 'POST' && ADD_PATH.test(endpoint);
}

/** True if a client's exchange loaded, unloaded or deleted a model. */
export function changesLoadedModels(record: ActivityRecord): boolean {
  const { status, api, operation, inference, method, endpoint } = record;
  if (status === null || status >= 400) return false;
  // A request without a prompt makes Ollama load or unload the model.
  if (api === 'ollama' && operation !== 'other' && !inference) return true;
  return LOAD_PATH.test(endpoint) || method === 'DELETE';
}

/** True if a client's exchange unloaded or deleted a model, apart from Ollama's unloads. */
export function unloadsModel({ status, method, endpoint }: ActivityRecord): boolean {
  if (status === null || status >= 400) return false;
  return /\/unload(?:\/|$)/.test(endpoint) || method === 'DELETE';
}
