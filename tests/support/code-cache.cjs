// @ts-check
/**
 * Keeps V8's code of the built program in node_modules/.cache, as newer versions of Node do with NODE_COMPILE_CACHE: the
 * tests start the program some hundred times, and a fifth of each start is the compiler. V8 refuses code that does not
 * fit the source, its version or its flags; then it is compiled as usual. Loaded with `NODE_OPTIONS=--require …`: a module
 * in place of this would have each thread load Node's loader of modules.
 */
// Only modules of this kind can be loaded by --require.
/* oxlint-disable typescript/no-require-imports */
const { createHash } = require('node:crypto');
const {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { Script, constants } = require('node:vm');

/**
 * @typedef {NodeJS.Module & { exports: unknown }} Loaded
 * @typedef {{ _compile: (this: Loaded, code: string, file: string) => unknown }} Compiler
 * @typedef {(this: unknown, exports: unknown, require: NodeJS.Require, module: Loaded, file: string, folder: string) => unknown} Wrapped
 */

const PROJECT = path.join(__dirname, '../..');
const BUILT = path.join(PROJECT, 'dist', path.sep);
const CACHE = path.join(PROJECT, 'node_modules/.cache/test-code');
/** Compiling less is faster than another file. */
const SMALLEST = 50_000;
/** What ran for less time has not compiled what others need, milliseconds. */
const LONG_ENOUGH = 700;

/** Node names this function in no documentation, but all that compile modules replace it. */
const compiler = /** @type {Compiler} */ (/** @type {unknown} */ (Module.prototype));
const compile = compiler._compile;
compiler._compile = function (code, file) {
  if (!file.startsWith(BUILT) || code.length < SMALLEST) return compile.call(this, code, file);
  // V8 itself compares only the length of the source.
  const hash = createHash('sha1').update(code).digest('hex');
  const kept = path.join(CACHE, `${path.basename(file)}-${hash}`);
  const cachedData = read(kept);
  const script = new Script(Module.wrap(code), {
    filename: file,
    ...(cachedData === null ? {} : { cachedData }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (cachedData === null) process.once('exit', () => keep(script, kept));
  const run = /** @type {Wrapped} */ (script.runInThisContext());
  return run.call(
    this.exports,
    this.exports,
    Module.createRequire(file),
    this,
    file,
    path.dirname(file),
  );
};

/** @param {string} kept */
function read(kept) {
  try {
    return readFileSync(kept);
  } catch {
    return null;
  }
}

/**
 * @param {Script} script
 * @param {string} kept
 */
function keep(script, kept) {
  if (performance.now() < LONG_ENOUGH) return;
  try {
    mkdirSync(CACHE, { recursive: true });
    // Of earlier builds.
    const start = path.basename(kept).replace(/[^-]*$/, '');
    for (const name of readdirSync(CACHE)) {
      if (name.startsWith(start)) rmSync(path.join(CACHE, name), { force: true });
    }
    const own = path.join(CACHE, `${process.pid}.${path.basename(kept)}`);
    writeFileSync(own, script.createCachedData());
    renameSync(own, kept);
  } catch {
    // A full disk, or a user who may not write here, is what some tests are about.
  }
}
