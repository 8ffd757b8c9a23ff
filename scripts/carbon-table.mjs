// @ts-check
/**
 * Makes the bundled table of carbon intensities from the npm package @tgwf/co2, which republishes
 * Ember's yearly averages by country.
 *
 *     npm pack @tgwf/co2 && tar xzf tgwf-co2-*.tgz
 *     node scripts/carbon-table.mjs package 2026-08-22
 *
 * The second argument is the day on which that version was published. The package does not say
 * which year each country's figure is of. Groups of countries are left out, and so are figures of
 * 0, which stand for countries without data.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'prettier';

const OUTPUT = resolve(import.meta.dirname, '../electron/core/cost/data/carbon-intensity.json');
const FILE = 'dist/esm/data/average-intensities.min.js';

const [folder, date] = process.argv.slice(2);
if (folder === undefined || !/^\d{4}-\d\d-\d\d$/.test(date ?? '')) {
  throw new Error('Give the folder of the unpacked package, and the day of its publication.');
}
/** @type {unknown} */
const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const { version } = /** @type {{ version: string }} */ (description);
/** @type {unknown} */
const module = await import(pathToFileURL(resolve(folder, FILE)).href);
const { data } = /** @type {{ data: Record<string, number> }} */ (module);
const countries = Object.entries(data).filter(
  ([code, grams]) => /^[A-Z]{3}$/.test(code) && grams > 0,
);
const table = {
  source: `Ember, yearly electricity data, as republished in @tgwf/co2 ${version}`,
  date,
  licence: 'CC BY-SA 4.0',
  licenceUrl: 'https://creativecommons.org/licenses/by-sa/4.0/',
  changes: 'Reduced to single countries with a figure above 0.',
  unit: 'grams of CO2 equivalent per kWh of electricity generated, average of a year',
  gramsPerKwh: Object.fromEntries(countries),
};
writeFileSync(OUTPUT, await format(JSON.stringify(table), { parser: 'json', printWidth: 100 }));
process.stdout.write(`${countries.length} countries\n`);
