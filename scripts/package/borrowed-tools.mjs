// @ts-check
/**
 * electron-builder's own tools, put together from the system's packages where they cannot be downloaded: those of
 * AppImages and of Windows' portable program. Linux on x64 only.
 */
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { buildOnce, cacheRoot } from '../setup/cache.mjs';
import { findOnPath } from '../setup/command.mjs';
import { provideAppImageRuntime, provideForeignElectron } from './foreign-electron.mjs';

/**
 * @param {(line: string) => void} log
 * @returns {Promise<Record<string, string>>} electron-builder's environment for AppImages
 */
export async function appImageTools(log) {
  const runtime = await provideAppImageRuntime(log);
  const folder = join(cacheRoot(), 'appimage-tools-1');
  const build = async (/** @type {string} */ partial) => {
    await mkdir(join(partial, 'runtimes'));
    // The libraries that it would add are those that Electron's own packages ask a system for.
    await mkdir(join(partial, 'lib', 'x64'), { recursive: true });
    await symlink(runtime, join(partial, 'runtimes', 'runtime-x64'));
    for (const name of ['mksquashfs', 'desktop-file-validate']) {
      await symlink(toolPath(name), join(partial, name));
    }
  };
  await buildOnce(folder, build, log);
  return { APPIMAGE_TOOLS_PATH: folder };
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<Record<string, string>>} electron-builder's environment for Windows' portable program
 */
export async function nsisTools(log) {
  const { tools } = await provideForeignElectron('win32', log);
  const folder = join(cacheRoot(), 'nsis-tools-1');
  const build = async (/** @type {string} */ partial) => {
    const plugins = join(partial, 'resources', 'plugins', 'x86-unicode');
    for (const name of [join(partial, 'nsis', 'linux'), plugins]) {
      await mkdir(name, { recursive: true });
    }
    await symlink(toolPath('makensis'), join(partial, 'nsis', 'linux', 'makensis'));
    for (const name of ['Bin', 'Contrib', 'Include', 'Plugins', 'Stubs']) {
      await symlink(join('/usr/share/nsis', name), join(partial, 'nsis', name));
    }
    await symlink(join(tools, 'elevate.exe'), join(partial, 'nsis', 'elevate.exe'));
    for (const name of ['nsis7z.dll', 'StdUtils.dll']) {
      await symlink(join(tools, name), join(plugins, name));
    }
  };
  await buildOnce(folder, build, log);
  return {
    ELECTRON_BUILDER_NSIS_DIR: join(folder, 'nsis'),
    ELECTRON_BUILDER_NSIS_RESOURCES_DIR: join(folder, 'resources'),
  };
}

/** @param {string} name */
function toolPath(name) {
  const file = findOnPath(name);
  if (file === null) throw new Error(`there is no ${name} on the PATH`);
  return file;
}
