// @ts-check
/**
 * Draws every icon in build/ from the SVG files in build/art, with Electron's own renderer. Run it
 * after changing a drawing, and commit its output. Without a display: `xvfb-run -a node
 * scripts/icons.mjs`.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import { provideElectron } from './setup/electron-runtime.mjs';

/** @typedef {(svg: string, size: number) => Promise<Buffer>} Draw a square PNG of `size` pixels */

const build = fileURLToPath(new URL('../build/', import.meta.url));

/** Below this size, in pixels, the simplified drawing is easier to recognise. */
const SMALL = 48;
const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];
const WINDOWS_SIZES = [16, 20, 24, 32, 40, 48, 64, 256];
/**
 * The `icns` types for PNGs, by pixels. The same size appears again as the double of a smaller one.
 */
const ICNS_TYPES = /** @type {const} */ ([
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
]);

/**
 * @param {Draw} draw
 * @param {number} size
 */
async function appIcon(draw, size) {
  const name = size < SMALL ? 'icon-small.svg' : 'icon.svg';
  return draw(await readFile(join(build, 'art', name), 'utf8'), size);
}

/** @param {Draw} draw */
async function writeAppIcons(draw) {
  await mkdir(join(build, 'icons'), { recursive: true });
  for (const size of LINUX_SIZES) {
    await writeFile(join(build, 'icons', `${size}x${size}.png`), await appIcon(draw, size));
  }
  await writeFile(join(build, 'icon.png'), await appIcon(draw, 1024));
  const images = await Promise.all(
    WINDOWS_SIZES.map(async (size) => ({ size, png: await appIcon(draw, size) })),
  );
  await writeFile(join(build, 'icon.ico'), ico(images));
  const entries = await Promise.all(
    ICNS_TYPES.map(async ([type, size]) => ({ type, png: await appIcon(draw, size) })),
  );
  await writeFile(join(build, 'icon.icns'), icns(entries));
}

/** @param {Draw} draw */
async function writeWindowIcon(draw) {
  const folder = join(build, 'tray');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'window.png'), await appIcon(draw, 128));
}

/**
 * Returns a Windows icon file of PNG images: a header, one directory entry for each, the images.
 * @param {readonly { size: number, png: Buffer }[]} images
 */
function ico(images) {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(({ size, png }, index) => {
    const at = 6 + 16 * index;
    // Width and height have one byte each; 0 means 256.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([head, ...images.map(({ png }) => png)]);
}

/**
 * Returns an Apple icon file: a header, then type, length and image for each.
 * @param {readonly { type: string, png: Buffer }[]} entries
 */
function icns(entries) {
  const parts = entries.map(({ type, png }) => chunk(type, png));
  return chunk('icns', Buffer.concat(parts));
}

/**
 * @param {string} type four letters
 * @param {Buffer} body
 */
function chunk(type, body) {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(head.length + body.length, 4);
  return Buffer.concat([head, body]);
}

/**
 * Starts an empty window to draw in.
 * @param {(draw: Draw) => Promise<void>} work
 */
async function withRenderer(work) {
  const { executable } = await provideElectron({ log: console.log });
  const folder = await mkdtemp(join(tmpdir(), 'tokwatt-icons-'));
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'icons', main: 'main.cjs' }),
  );
  await writeFile(
    join(folder, 'main.cjs'),
    `const { app, BrowserWindow } = require('electron');
     app.whenReady().then(() => new BrowserWindow({ show: false }).loadURL('about:blank'));`,
  );
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({
    executablePath: executable,
    args: [...root, folder, `--user-data-dir=${join(folder, 'data')}`],
  });
  try {
    const page = await app.firstWindow();
    await work(async (svg, size) => {
      const base64 = await page.evaluate(drawInPage, { svg, size });
      return Buffer.from(base64, 'base64');
    });
  } finally {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs in the page.
 * @param {{ svg: string, size: number }} drawing
 */
async function drawInPage({ svg, size }) {
  const image = new Image();
  // The size in the drawing determines the resolution at which it is rasterised.
  const sized = svg.replace('<svg ', `<svg width="${size}" height="${size}" `);
  image.src = `data:image/svg+xml,${encodeURIComponent(sized)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This renderer has no canvas.');
  context.drawImage(image, 0, 0, size, size);
  return canvas.toDataURL('image/png').replace(/^.*,/, '');
}

await withRenderer(async (draw) => {
  await writeAppIcons(draw);
  await writeWindowIcon(draw);
});
