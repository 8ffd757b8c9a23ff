// @ts-check
/**
 * Stands in for the default_app.asar that an official Electron carries and the one in electron-lab.mjs lacks: with it,
 * `electron [switches] FOLDER_OR_FILE [flags]` runs an application. Electron 25 starts no ES module, so the function's
 * text is written into a CommonJS file: it uses nothing from outside itself.
 * @param {NodeJS.Require} require
 */
function runApplication(require) {
  const load = (/** @type {string} */ name) => /** @type {unknown} */ (require(name));
  const fs = /** @type {typeof import('node:fs')} */ (load('node:fs'));
  const paths = /** @type {typeof import('node:path')} */ (load('node:path'));
  // Electron's types leave out the setters, and Node's the loader: both are there for Electron's own default_app.
  const { app } =
    /** @type {{ app: import('electron').App & { setVersion(text: string): void, setAppPath(path: string): void } }} */
    (load('electron'));
  const loader =
    /** @type {{ _load(file: string, parent: null, isMain: boolean): unknown }} */
    (load('node:module'));

  const target = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
  if (target === undefined) {
    console.error('usage: electron [switches] FOLDER [flags]');
    process.exit(2);
  }
  const path = paths.resolve(target);
  const isFolder = fs.statSync(path).isDirectory();
  const folder = isFolder ? path : paths.dirname(path);
  const manifestFile = paths.join(folder, 'package.json');
  /** @type {unknown} */
  const json = fs.existsSync(manifestFile) ? JSON.parse(fs.readFileSync(manifestFile, 'utf8')) : {};
  const { name, productName, version, main } =
    /** @type {{ name?: string, productName?: string, version?: string, main?: string }} */
    (json);

  const title = productName ?? name;
  if (title !== undefined) app.setName(title);
  if (version !== undefined) app.setVersion(version);
  app.setAppPath(folder);
  // Electron has already derived these from the loader's own name.
  if (!app.commandLine.hasSwitch('user-data-dir')) {
    app.setPath('userData', paths.join(app.getPath('appData'), app.getName()));
    app.setPath('sessionData', app.getPath('userData'));
  }
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  // As the main module, so that `require.main === module` holds in it as it does elsewhere.
  loader._load(isFolder ? paths.join(folder, main ?? 'index.js') : path, null, true);
}

/** The text of the CommonJS file. */
export const loaderSource = `(${runApplication.toString()})(require);\n`;
