// @ts-check
/** A C compiler, for the tests that build a driver library. */
import { isOnPath } from './command.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/**
 * Makes sure that `cc` is on the PATH (Linux).
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string | null>} why there is none
 */
export async function provideCompiler({ log } = {}) {
  if (process.platform !== 'linux') return 'the driver library is built on Linux only';
  if (isOnPath('cc')) return null;
  const packages = await ensureSystemPackages(['gcc', 'libc6-dev'], {
    purpose: "the tests of NVIDIA's driver library",
    ...(log && { log }),
  });
  if (!packages.ok) return packages.reason;
  return isOnPath('cc') ? null : 'there is no C compiler';
}
