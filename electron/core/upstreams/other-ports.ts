import { objectOf, objectsOf } from './json.ts';
import type { ProbeAnswer } from './probe.ts';

/** Most unknown ports that one search asks. */
const MAX_PORTS = 64;
/** Below it, the system's own services listen. */
const LOWEST = 1_024;
/**
 * Services with a protocol of their own, which would log a request of HTTP as an error or an attack:
 * databases, queues, remote desktops, X11, printing.
 */
const FOREIGN = new Set([
  1433, 1521, 1883, 2049, 2181, 3306, 3389, 4222, 5432, 5433, 5671, 5672, 5900, 5901, 6000, 6001,
  6010, 6379, 9042, 9092, 9100, 11211, 26257, 27017, 33060,
]);

/** The one path that other ports are asked for before anything else. */
export const FIRST_PATH = '/v1/models';

/** The ports of a list that may be asked although nothing usual listens there. */
export function askablePorts(listening: readonly number[]): number[] {
  return listening.filter((port) => port >= LOWEST && !FOREIGN.has(port)).slice(0, MAX_PORTS);
}

/**
 * True if the answer to {@link FIRST_PATH} may be that of a model server, so that further questions
 * are no burden: a list of models, or a refusal in JSON.
 */
export function maybeModels(answer: ProbeAnswer): boolean {
  if (!answer.ok) return false;
  const body = objectOf(answer.json);
  if (answer.status === 200) return objectsOf(body?.data) !== null;
  return body !== null && answer.status !== 404 && answer.status !== 405;
}
