/** Programs that stand in for AppImages: they write down how they were started. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The variable that names the file in which the program writes its version, its path and its arguments. */
export const RESTARTED = 'TOKWATT_TEST_RESTARTED';

/** Most of the bytes are the same in all versions, as in those of one application. */
const SAME_BYTES = 4_000_000;
const OWN_BYTES = 100_000;

/** Writes the program of a version, with the block map that AppImages have at their end. Returns the map's size. */
export async function writeFakeAppImage(file: string, version: string): Promise<number> {
  const script = `#!/bin/sh
printf '%s\\n' '${version}' "$0" "$@" > "$${RESTARTED}.part"
mv "$${RESTARTED}.part" "$${RESTARTED}"
exit 0
`;
  mkdirSync(dirname(file), { recursive: true });
  const own = Buffer.concat([Buffer.from(script), bytesOf(version, OWN_BYTES)]);
  writeFileSync(file, Buffer.concat([own, bytesOf('all', SAME_BYTES)]), { mode: 0o755 });
  const { appendBlockmap } =
    await import('app-builder-lib/out/targets/differentialUpdateInfoBuilder.js');
  const { blockMapSize } = await appendBlockmap(file);
  if (blockMapSize === undefined) throw new Error('no block map was written');
  return blockMapSize;
}

/** Bytes that do not repeat, the same for the same seed (xorshift32). */
function bytesOf(seed: string, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = Buffer.from(seed).reduce((sum, byte) => sum * 31 + byte, 7) >>> 0;
  for (let at = 0; at < length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 255;
  }
  return bytes;
}
