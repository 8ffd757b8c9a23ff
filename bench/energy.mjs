// @ts-check
/**
 * Compares the energy meter with a synthetic machine whose true energy is known. The table's figures
 * are the same in each run, because the machine's randomness has fixed seeds.
 *
 *   node bench/energy.mjs [--quick]
 */
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { LOADS, SENSORS, compare } from './energy-cases.mjs';

/** @typedef {typeof import('../electron/core/hardware/energy/energy-meter.ts')} Parts */
/** @typedef {import('./energy-machine.mjs').LoadModel} LoadModel */

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundles the energy meter as it is for the product. @returns {Promise<Parts>} */
async function bundle() {
  const outDir = join(root, 'node_modules/.cache/energy-bench');
  mkdirSync(outDir, { recursive: true });
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ...{ ssr: true, target: 'node20.18', outDir, emptyOutDir: true, minify: false },
      rolldownOptions: {
        input: join(root, 'electron/core/hardware/energy/energy-meter.ts'),
        output: { format: 'cjs', entryFileNames: 'energy-meter.cjs' },
      },
    },
  });
  /** @type {unknown} */
  const parts = createRequire(import.meta.url)(join(outDir, 'energy-meter.cjs'));
  return /** @type {Parts} */ (parts);
}

/** @param {number} share */
const percent = (share) => `${(share * 100).toFixed(1)} %`;

const COLUMNS = [
  ...['sensor', 'at once', 'exchanges', 'median error', '90 % below', 'without figure'],
  ...['equal', 'held', 'device'],
];

/**
 * Returns the table, in Markdown.
 * @param {{ quick: boolean }} options
 */
export async function energyTable({ quick }) {
  const { EnergyMeter } = await bundle();
  const seeds = quick ? [1] : [1, 2, 3, 4];
  const lines = [COLUMNS, COLUMNS.map(() => '---')];
  for (const [name, sensor] of Object.entries(SENSORS)) {
    for (const [atOnce, load] of Object.entries(LOADS)) {
      const errorsOf = (/** @type {LoadModel} */ one) =>
        compare({ sensor, loads: [one], seeds, meter: () => new EnergyMeter(0) });
      const errors = errorsOf(load);
      const { median: equal } = errorsOf({ ...load, isBlind: true });
      const { median, p90, held, total } = errors;
      lines.push([
        ...[name, atOnce, String(errors.count), percent(median), percent(p90)],
        ...[String(errors.unknown), percent(equal), percent(held), percent(total)],
      ]);
    }
  }
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await energyTable({ quick: argv.includes('--quick') }));
}
