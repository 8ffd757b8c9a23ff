// @ts-check
/** The bench's own script for the page, in one piece. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** @returns {Promise<string>} */
export async function pageScript() {
  const entry = fileURLToPath(new URL('./page/main.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'chrome130',
      lib: { entry, formats: ['iife'], name: 'benchPage' },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  if (!('output' in first)) throw new Error('The build has no output.');
  return first.output[0].code;
}
