import { join } from 'node:path';
import { Hops } from './proxy/hop.ts';
import { storedSecret } from './startup/secret-file.ts';

/**
 * Returns the hops with the key of a data folder, which gets one if it has none. Throws if it cannot
 * be read or written.
 *
 * @param trusted the keys of trusted instances, by name
 */
export function ownHops(dataDir: string, trusted: () => Readonly<Record<string, string>>): Hops {
  return new Hops({ key: storedSecret(join(dataDir, 'hop-key')), trusted });
}
