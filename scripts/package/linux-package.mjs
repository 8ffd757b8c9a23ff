#!/usr/bin/env node
// @ts-check
/**
 * Builds a deb with dpkg-deb or an rpm with rpmbuild. electron-builder calls it in place of fpm (CUSTOM_FPM_PATH), with
 * fpm's arguments, so that the packages are made by the distributions' own tools and by nothing that is downloaded.
 */
import { cp, mkdtemp, mkdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildDeb } from './deb.mjs';
import { normaliseModes } from './package-files.mjs';
import { buildRpm } from './rpm.mjs';

/**
 * @typedef {object} PackageMetadata
 * @property {string} name
 * @property {string} version
 * @property {string} architecture as this kind of package names it
 * @property {string} maintainer
 * @property {string} url
 * @property {string} license
 * @property {string} category
 * @property {string} summary one line
 * @property {string} description one paragraph
 * @property {readonly string[]} depends
 * @property {readonly string[]} recommends
 * @property {'xz' | 'gzip'} compression
 * @property {string} afterInstall a file
 * @property {string} beforeRemove a file
 * @property {string} afterRemove a file
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    s: { type: 'string', short: 's' },
    t: { type: 'string', short: 't', default: '' },
    d: { type: 'string', short: 'd', multiple: true, default: [] },
    force: { type: 'boolean' },
    debug: { type: 'boolean' },
    log: { type: 'string' },
    name: { type: 'string', default: '' },
    version: { type: 'string', default: '' },
    architecture: { type: 'string', default: '' },
    maintainer: { type: 'string', default: '' },
    vendor: { type: 'string' },
    url: { type: 'string', default: '' },
    license: { type: 'string', default: '' },
    category: { type: 'string', default: 'utils' },
    description: { type: 'string', default: '' },
    package: { type: 'string', default: '' },
    'after-install': { type: 'string', default: '' },
    'before-remove': { type: 'string', default: '' },
    'after-remove': { type: 'string', default: '' },
    'deb-priority': { type: 'string' },
    'deb-compression': { type: 'string' },
    'deb-recommends': { type: 'string', multiple: true, default: [] },
    'rpm-os': { type: 'string' },
    'rpm-compression': { type: 'string' },
    'rpm-summary': { type: 'string' },
    // Not fpm's: a symbolic link in the package, as `link=target`.
    link: { type: 'string', multiple: true, default: [] },
  },
});

/** @returns {PackageMetadata} */
function metadata() {
  const [first = '', ...rest] = values.description.split('\n');
  return {
    ...values,
    summary: values['rpm-summary'] ?? first.trim(),
    description: rest.join(' ').trim() || first.trim(),
    depends: values.d,
    recommends: values['deb-recommends'],
    compression: `${values['deb-compression']}${values['rpm-compression']}`.includes('gz')
      ? 'gzip'
      : 'xz',
    afterInstall: values['after-install'],
    beforeRemove: values['before-remove'],
    afterRemove: values['after-remove'],
  };
}

/** @param {string} root becomes the package's file system */
async function stage(root) {
  for (const mapping of positionals) {
    const cut = mapping.lastIndexOf('=');
    const target = join(root, mapping.slice(cut + 1));
    await mkdir(dirname(target), { recursive: true });
    await cp(mapping.slice(0, cut), target, { recursive: true, verbatimSymlinks: true });
  }
  for (const mapping of values.link) {
    const [name = '', target = ''] = mapping.split('=');
    await mkdir(dirname(join(root, name)), { recursive: true });
    await symlink(target, join(root, name));
  }
  await normaliseModes(root);
}

const folder = await mkdtemp(join(tmpdir(), 'tokwatt-linux-package-'));
try {
  const root = join(folder, 'root');
  await mkdir(root, { mode: 0o755 });
  await stage(root);
  if (values.t === 'deb') await buildDeb(metadata(), root, values.package);
  else if (values.t === 'rpm') await buildRpm(metadata(), root, values.package);
  else throw new Error(`no such kind of package: ${values.t}`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
