import { join } from 'node:path';

/**
 * Returns the path of a file beside the running bundle; null when run from source, without a
 * bundle.
 */
export function besideBundle(name: string): string | null {
  return typeof __dirname === 'string' ? join(__dirname, name) : null;
}
