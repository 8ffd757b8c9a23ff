// @ts-check
/** Stores pictures small: with a palette of their own, which keeps text and charts as they are. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, lastWords } from '../setup/command.mjs';
import { projectRoot } from '../setup/project.mjs';

export const IMAGES = join(projectRoot, 'docs', 'images');
/** Whoever reads the README loads all of them. */
const MOST_BYTES = 250_000;

/**
 * @param {string} name without `.png`
 * @param {Uint8Array} png
 * @param {(line: string) => void} log
 * @throws {Error} if it is too large even so
 */
export async function storePicture(name, png, log) {
  const path = join(IMAGES, `${name}.png`);
  const whole = `${path}.whole`;
  writeFileSync(whole, png);
  const options = ['--force', '--strip', '--speed', '1', '--quality', '60-95', '--output', path];
  const outcome = await capture('pngquant', [...options, '--', whole]);
  rmSync(whole);
  if (outcome.code !== 0) throw new Error(`pngquant, ${name}: ${lastWords(outcome)}`);
  const { size } = statSync(path);
  if (size > MOST_BYTES) throw new Error(`${name}.png has ${size} bytes, more than ${MOST_BYTES}`);
  log(`docs/images/${name}.png: ${Math.round(size / 1000)} kB`);
}

/**
 * @param {string} name
 * @param {string} path a PNG file
 * @param {(line: string) => void} log
 */
export async function storeFile(name, path, log) {
  await storePicture(name, readFileSync(path), log);
}
