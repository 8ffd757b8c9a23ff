/**
 * Pictures of the window to compare with stored ones. They are half as large as the screen and of few shades, so
 * that they are small and do not depend on how a version of Chromium smooths the edges of letters.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

const FOLDER = join(import.meta.dirname, '../snapshots');
/** Set by `npm run snapshots`, which stores all pictures anew. */
export const RENEWS = process.env.TOKWATT_RENEW_SNAPSHOTS === '1';
const SCALE = 2;
/** Steps between stored shades of a colour, of 256. */
const SHADE = 8;
/** How far the colour of a pixel may be off, of 1. */
const THRESHOLD = 0.12;
/** Pixels that differ in both pictures, of all: a line of a chart in another colour is more. */
const MOST_DIFFERING = 0.0012;

/** Says how a picture differs from the stored one; null if it does not. */
export function snapshotFault(name: string, screenshot: Buffer): string | null {
  const picture = reduced(PNG.sync.read(screenshot));
  const path = join(FOLDER, `${name}.png`);
  if (RENEWS) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(path, PNG.sync.write(picture, { colorType: 2, deflateLevel: 9, filterType: -1 }));
    return null;
  }
  if (!existsSync(path)) return `${name}: no picture is stored. Run npm run snapshots.`;
  const stored = PNG.sync.read(readFileSync(path));
  const { width, height } = stored;
  if (width !== picture.width || height !== picture.height) return `${name}: another size`;
  const difference = new PNG({ width, height });
  const count = pixelmatch(stored.data, picture.data, difference.data, width, height, {
    threshold: THRESHOLD,
    includeAA: true,
  });
  const share = count / (width * height);
  if (share <= MOST_DIFFERING) return null;
  return `${name}: ${(share * 100).toFixed(2)} % of the picture differ. If that is right, run npm run snapshots.`;
}

/** Means of squares of pixels, in fewer shades. */
function reduced(source: PNG): PNG {
  const width = Math.floor(source.width / SCALE);
  const height = Math.floor(source.height / SCALE);
  const target = new PNG({ width, height });
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const to = (y * width + x) * 4;
      for (let channel = 0; channel < 3; channel += 1) {
        target.data[to + channel] = shade(mean(source, x * SCALE, y * SCALE, channel));
      }
      target.data[to + 3] = 255;
    }
  }
  return target;
}

function mean({ data, width }: PNG, left: number, top: number, channel: number): number {
  let sum = 0;
  for (let y = top; y < top + SCALE; y += 1) {
    for (let x = left; x < left + SCALE; x += 1) sum += data[(y * width + x) * 4 + channel] ?? 0;
  }
  return sum / SCALE ** 2;
}

function shade(value: number): number {
  return Math.min(255, Math.round(value / SHADE) * SHADE);
}
