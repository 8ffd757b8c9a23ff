// @ts-check
/**
 * Makes the bundled list of token prices from the data of the npm package @pydantic/genai-prices.
 *
 *     npm pack @pydantic/genai-prices && tar xzf pydantic-genai-prices-*.tgz
 *     node scripts/price-snapshot.mjs package 2026-09-23
 *
 * The second argument is the day on which that version was published
 * (`npm view @pydantic/genai-prices time`). The package's data is code, not a JSON file, and its
 * prices have rules (dates, tiers); only models with plain prices are taken, because a price that
 * depends on the size of a request cannot be applied to sums.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'prettier';

/** Companies that run their own models, whose list prices people compare with. */
const PROVIDERS = [
  'anthropic',
  'openai',
  'google',
  'mistral',
  'deepseek',
  'x-ai',
  'cohere',
  'groq',
];
const OUTPUT = resolve(import.meta.dirname, '../electron/core/cost/data/price-snapshot.json');

const [folder, date] = process.argv.slice(2);
if (folder === undefined || !/^\d{4}-\d\d-\d\d$/.test(date ?? '')) {
  throw new Error('Give the folder of the unpacked package, and the day of its publication.');
}
/** @type {unknown} */
const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const { version, license } = /** @type {{ version: string, license: string }} */ (description);
/** @typedef {{ id: string, deprecated?: boolean, prices: Record<string, unknown> }} Model */
/** @typedef {(options: { providerId: string }) => { models: Model[] } | undefined} FindProvider */
/** @type {unknown} */
const library = await import(pathToFileURL(resolve(folder, 'dist/index.js')).href);
const { findProvider } = /** @type {{ findProvider: FindProvider }} */ (library);

/** @type {Record<string, object>} */
const models = {};
for (const id of PROVIDERS) {
  const provider = findProvider({ providerId: id });
  for (const model of provider?.models ?? []) {
    const price = plainPrice(model.prices);
    if (price !== null && model.deprecated !== true) models[`${id}/${model.id}`] = price;
  }
}
const snapshot = {
  source: `@pydantic/genai-prices ${version}`,
  date,
  licence: license,
  notice: readFileSync(join(folder, 'LICENSE'), 'utf8').trim(),
  unit: 'US dollars per million tokens',
  models,
};
writeFileSync(OUTPUT, await format(JSON.stringify(snapshot), { parser: 'json', printWidth: 100 }));
process.stdout.write(`${Object.keys(models).length} models\n`);

/**
 * Null for prices that depend on the date, the time of day or the size of the request.
 * @param {Model['prices']} prices
 */
function plainPrice(prices) {
  const { input_mtok: input, cache_read_mtok: cachedInput, output_mtok: output } = prices;
  if (Array.isArray(prices) || typeof input !== 'number' || typeof output !== 'number') return null;
  return { input, ...(typeof cachedInput === 'number' ? { cachedInput } : {}), output };
}
