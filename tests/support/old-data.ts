import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The names under which the exchanges of `box` in the old data asked for one model of Ollama. */
export const OLD_NAMES = [
  'plain',
  'plain:latest',
  'library/plain',
  'registry.ollama.ai/library/plain:latest',
];

/**
 * Writes a ledger and totals into a folder, as the version before `counted_model` wrote them (version 7 of
 * the ledger): ten exchanges at `box` with each of {@link OLD_NAMES} and one with `qwen3:8b`, five each at the
 * vLLM `rack` with `org/a` and `org/a:latest`, on 20 and 21 November 2026.
 */
export function writeOldData(folder: string, files = ['ledger.db', 'totals.json']): void {
  for (const name of files) {
    const packed = readFileSync(new URL(`old-data/${name}.gz`, import.meta.url));
    writeFileSync(join(folder, name), gunzipSync(packed));
  }
}
