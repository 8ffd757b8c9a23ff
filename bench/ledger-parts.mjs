// @ts-check
/** The parts of the ledger that the bench calls, bundled as they are for the product. */
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * @typedef {import('../electron/core/records/ledger/database.ts').Db} Db
 * @typedef {typeof import('../electron/core/records/ledger/open-ledger.ts')
 *   & typeof import('../electron/core/records/ledger/database.ts')
 *   & typeof import('../electron/core/records/ledger/names.ts')
 *   & typeof import('../electron/core/records/ledger/activity-page.ts')
 *   & typeof import('../electron/core/records/ledger/percentiles.ts')
 *   & typeof import('../electron/core/records/ledger/series-query.ts')
 *   & typeof import('../electron/core/records/ledger/rollup-query.ts')
 *   & typeof import('../electron/core/records/ledger/storage-summary.ts')
 *   & typeof import('../electron/core/records/ledger/rows.ts')
 *   & typeof import('../electron/core/records/ledger/open-file.ts')
 *   & typeof import('../electron/core/records/ledger/append.ts')
 *   & typeof import('../electron/core/records/ledger/gpu-samples.ts')
 *   & typeof import('../electron/core/records/ledger/migrations.ts')
 *   & typeof import('../electron/core/records/ledger/history.ts')
 *   & typeof import('../electron/core/records/ledger/usual.ts')
 *   & typeof import('../electron/core/records/ledger/speed-by-context.ts')
 *   & typeof import('../electron/core/records/ledger/history-distribution.ts')} Parts
 */

const PARTS = [
  ...['open-ledger', 'database', 'names', 'activity-page', 'percentiles', 'series-query'],
  ...[
    'rollup-query',
    'storage-summary',
    'rows',
    'open-file',
    'append',
    'gpu-samples',
    'migrations',
  ],
  ...['history', 'usual', 'speed-by-context', 'history-distribution'],
];
const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns {Promise<{ parts: Parts, worker: string }>} */
export async function bundle() {
  const base = join(root, 'node_modules/.cache/ledger-bench');
  mkdirSync(base, { recursive: true });
  const entry = (/** @type {string} */ name) =>
    join(root, `electron/core/records/ledger/${name}.ts`);
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['libsql'] },
    build: {
      ssr: true,
      target: 'node20.18',
      outDir: base,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries([...PARTS, 'worker'].map((name) => [name, entry(name)])),
        external: ['libsql', /^node:/],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  });
  const require = createRequire(import.meta.url);
  const parts = /** @type {Parts} */ ({});
  for (const name of PARTS) {
    /** @type {unknown} */
    const part = require(join(base, `${name}.cjs`));
    Object.assign(parts, part);
  }
  return { parts, worker: join(base, 'worker.cjs') };
}
