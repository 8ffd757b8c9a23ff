/**
 * The model that a path names: llama-swap's `/upstream/<model>/…`, Azure's `/deployments/<model>/…`,
 * and `/v1/models/<model>`. It outranks the body's, because the server goes by the path.
 */
import { splitPassthrough } from './routes.ts';

const DEPLOYMENT = /\/deployments\/([^/]+)\//;
const MODEL_RESOURCE = /\/v\d\/models\/(?!(?:load|unload|download)(?:\/|$))(.+)$/;

/** Null if the path names none. */
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
