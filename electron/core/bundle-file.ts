import { join } from 'node:path';

/** The path of a file beside the running bundle. Null in a run from source, which has no bundle. */
export function besideBundle(name: string): string | null {
  return typeof __dirname === 'string' ? join(__dirname, name) : null;
}
