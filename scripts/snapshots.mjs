// @ts-check
/** Stores the pictures of all pages anew, after their look was changed on purpose: `npm run snapshots`. */
import process from 'node:process';
import { provideBrowser } from './setup/browser.mjs';
import { ensureBuild, ensureDependencies, runVisibly } from './setup/project.mjs';

const say = (/** @type {string} */ line) => console.log(line);

await ensureDependencies(say);
await provideBrowser({ purpose: 'pictures', log: say });
await ensureBuild(say);
process.exitCode = await runVisibly(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    'tests/integration/page-snapshots.test.ts',
    '--testNamePattern=stored pictures',
  ],
  { env: { ...process.env, TOKWATT_RENEW_SNAPSHOTS: '1' } },
);
