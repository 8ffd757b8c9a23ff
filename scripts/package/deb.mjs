// @ts-check
/** Builds a deb from a staged file system, with dpkg-deb. */
import { copyFile, mkdir, readFile, stat, writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { projectRoot } from '../setup/project.mjs';
import { debianChangelog } from './debian-changelog.mjs';
import { md5Of, packageEntries, runTool } from './package-files.mjs';

/** @typedef {import('./linux-package.mjs').PackageMetadata} PackageMetadata */

/**
 * @param {PackageMetadata} metadata
 * @param {string} root the package's file system; gets its DEBIAN folder
 * @param {string} file what to write
 */
export async function buildDeb(metadata, root, file) {
  const doc = join(root, 'usr', 'share', 'doc', metadata.name);
  await mkdir(doc, { recursive: true });
  const changes = await readFile(join(projectRoot, 'CHANGELOG.md'), 'utf8');
  const log = debianChangelog(changes, { ...metadata, date: new Date() });
  // Level 9 and no file name or time in the header, as Debian's policy asks.
  await writeFile(join(doc, 'changelog.gz'), gzipSync(log, { level: 9 }));

  const entries = await packageEntries(root);
  const files = entries.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  const control = join(root, 'DEBIAN');
  await mkdir(control);
  await writeFile(join(control, 'control'), controlFile(metadata, await kibibytes(root, files)));
  const sums = await Promise.all(
    files.map(async (path) => `${await md5Of(join(root, path))}  ${path.slice(1)}\n`),
  );
  await writeFile(join(control, 'md5sums'), sums.join(''));
  await script(metadata.afterInstall, join(control, 'postinst'));
  await script(metadata.beforeRemove, join(control, 'prerm'));
  await script(metadata.afterRemove, join(control, 'postrm'));
  await runTool('dpkg-deb', [
    '--root-owner-group',
    `-Z${metadata.compression}`,
    '--build',
    root,
    file,
  ]);
}

/**
 * @param {PackageMetadata} metadata
 * @param {number} installedSize KiB
 */
function controlFile(metadata, installedSize) {
  const fields = {
    Package: metadata.name,
    Version: metadata.version,
    Architecture: metadata.architecture,
    Maintainer: metadata.maintainer,
    'Installed-Size': String(installedSize),
    Depends: metadata.depends.join(', '),
    Recommends: metadata.recommends.join(', '),
    Section: metadata.category,
    Priority: 'optional',
    Homepage: metadata.url,
    Description: `${metadata.summary}\n${wrapped(metadata.description)}`,
  };
  return Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

/**
 * @param {string} text
 * @returns {string} lines of up to 78 characters, each after a space
 */
function wrapped(text) {
  return text.replaceAll(/(.{1,77})(?:\s+|$)/g, ' $1\n').trimEnd();
}

/**
 * @param {string} root
 * @param {readonly string[]} files
 */
async function kibibytes(root, files) {
  const sizes = await Promise.all(files.map(async (path) => (await stat(join(root, path))).size));
  return sizes.reduce((sum, size) => sum + Math.ceil(size / 1024), 0);
}

/**
 * @param {string} from
 * @param {string} to
 */
async function script(from, to) {
  await copyFile(from, to);
  await chmod(to, 0o755);
}
