// @ts-check
/**
 * Replaces the default_app.asar of an official Electron, which the one in electron-lab.mjs lacks.
 * With it, `electron [switches] FOLDER_OR_FILE [flags]` runs an application. It is copied out of
 * this folder and runs inside Electron, so it imports only Electron's and Node's own modules.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { app as electronApp } from 'electron';

// Electron's types leave out these setters and Node's types leave out `_load`. Electron's own default_app uses both.
const app =
  /** @type {import('electron').App & { setVersion(text: string): void, setAppPath(path: string): void }} */
  (electronApp);
const loader =
  /** @type {{ _load(file: string, parent: null, isMain: boolean): unknown }} */
  (/** @type {unknown} */ (Module));

const target = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (target === undefined) {
  console.error('usage: electron [switches] FOLDER [flags]');
  process.exit(2);
}
const path = resolve(target);
const isFolder = statSync(path).isDirectory();
const folder = isFolder ? path : dirname(path);
const manifestFile = join(folder, 'package.json');
/** @type {unknown} */
const json = existsSync(manifestFile) ? JSON.parse(readFileSync(manifestFile, 'utf8')) : {};
const { name, productName, version, main } =
  /** @type {{ name?: string, productName?: string, version?: string, main?: string }} */
  (json);

const title = productName ?? name;
if (title !== undefined) app.setName(title);
if (version !== undefined) app.setVersion(version);
app.setAppPath(folder);
// Electron has already derived these values from the loader's own name.
if (!app.commandLine.hasSwitch('user-data-dir')) {
  app.setPath('userData', join(app.getPath('appData'), app.getName()));
  app.setPath('sessionData', app.getPath('userData'));
}
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
// Loaded as the main module, so that `require.main === module` is true in it, as in an official
// Electron.
loader._load(isFolder ? join(folder, main ?? 'index.js') : path, null, true);
