/**
 * The model in a path: llama-swap's `/upstream/<model>/…`, Azure's `/deployments/<model>/…`, and
 * `/v1/models/<model>`. It takes precedence over the model in the body, because servers use the
 * path.
 */
import { splitPassthrough } from './routes.ts';

const DEPLOYMENT = /\/deployments\/([^/]+)\//;
const MODEL_RESOURCE = /\/v\d\/models\/(?!(?:load|unload|download)(?:\/|$))(.+)$/;

/** Null if the path names no model. */
export function modelInPath(path: string): string | null {
  const passthrough = splitPassthrough(path);
  if (passthrough !== null) return decoded(passthrough.model);
  const found = DEPLOYMENT.exec(path) ?? MODEL_RESOURCE.exec(path);
  return found?.[1] === undefined ? null : decoded(found[1]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
