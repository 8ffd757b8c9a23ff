// @ts-check
/** Builds an rpm from a staged file system, with rpmbuild. */
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageEntries, runTool } from './package-files.mjs';

/** @typedef {import('./linux-package.mjs').PackageMetadata} PackageMetadata */

/** The only folders that belong to the package; all others are the distribution's. */
const ownFolders = /^\/(?:opt\/Tokwatt|usr\/share\/(?:doc|licenses)\/tokwatt)(?:\/|$)/;

/**
 * @param {PackageMetadata} metadata
 * @param {string} root the package's file system
 * @param {string} file what to write
 */
export async function buildRpm(metadata, root, file) {
  const top = join(dirname(root), 'rpmbuild');
  await mkdir(top);
  const spec = join(top, `${metadata.name}.spec`);
  await writeFile(spec, await specFile(metadata, root));
  const defines = [`_topdir ${top}`, `_rpmdir ${top}`, `_dbpath ${join(top, 'db')}`];
  const flags = defines.flatMap((value) => ['--define', value]);
  await runTool('rpmbuild', ['-bb', '--target', metadata.architecture, ...flags, spec]);
  const built = (await readdir(top, { recursive: true })).find((name) => name.endsWith('.rpm'));
  if (built === undefined) throw new Error('rpmbuild wrote no package');
  await rm(file, { force: true });
  await copyFile(join(top, built), file);
}

/**
 * The requirements are those declared in electron-builder.yml; rpmbuild would add one for each library inside of the
 * package.
 * @param {PackageMetadata} metadata
 * @param {string} root
 */
async function specFile(metadata, root) {
  const files = (await packageEntries(root))
    .filter(({ path, kind }) => kind !== 'folder' || ownFolders.test(path))
    .map(({ path, kind }) => `${kind === 'folder' ? '%dir ' : ''}"${path.replaceAll('%', '%%')}"`);
  return `
%global __os_install_post %{nil}
%global debug_package %{nil}
%define _build_id_links none
%define _binary_payload ${metadata.compression === 'xz' ? 'w6.xzdio' : 'w6.gzdio'}
Name: ${metadata.name}
Version: ${metadata.version}
Release: 1
Summary: ${metadata.summary}
License: ${metadata.license}
URL: ${metadata.url}
Packager: ${metadata.maintainer}
AutoReqProv: no
${metadata.depends.map((name) => `Requires: ${name}\n`).join('')}
%description
${metadata.description}

%install
mkdir -p %{buildroot}
cp -a '${root}/.' %{buildroot}

%post
${await body(metadata.afterInstall)}
%preun
${await body(metadata.beforeRemove)}
%postun
${await body(metadata.afterRemove)}
%files
%defattr(-,root,root)
${files.join('\n')}
`;
}

/**
 * @param {string} script a file
 * @returns {Promise<string>} its text without the first line; rpm runs it with /bin/sh
 */
async function body(script) {
  const text = await readFile(script, 'utf8');
  return text.replace(/^#!.*\n/, '').replaceAll('%', '%%');
}
