// @ts-check
/**
 * `npm start` runs Tokwatt from a fresh clone. It installs, builds and finds an Electron if that
 * was not done yet. Flags are passed to the application; only `--headless` belongs to this script.
 *
 * Without a display, with `--headless`, or without an Electron, Tokwatt runs without a window.
 * Everything except the tray and the window works. Messages go to standard error; standard output
 * belongs to the application.
 */
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { missingLibraries, provideElectron } from './setup/electron-runtime.mjs';
import {
  ensureBuild,
  ensureDependencies,
  exitOf,
  projectRoot,
  runVisibly,
} from './setup/project.mjs';
import { electronLibraries, ensureSystemPackages } from './setup/system-packages.mjs';

const isLinux = process.platform === 'linux';

/** @param {string} line */
function say(line) {
  process.stderr.write(`tokwatt: ${line}\n`);
}

async function start() {
  const flags = process.argv.slice(2).filter((flag) => flag !== '--headless');
  await ensureDependencies(say);
  await ensureBuild(say);
  if (process.argv.includes('--headless')) return startHeadless(flags, 'running without a window');
  if (!hasDisplay()) return startHeadless(flags, 'no display here: running without a window');
  const executable = await findElectron();
  if (executable === null) return startHeadless(flags, 'running without a window');
  return startDesktop(executable, flags);
}

function hasDisplay() {
  return !isLinux || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
}

/** @returns {Promise<string | null>} the executable; null, after printing the reason, if none can run */
async function findElectron() {
  try {
    const { executable } = await provideElectron({ log: say });
    return (await hasLibraries(executable)) ? executable : null;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return null;
  }
}

/**
 * @param {string} executable
 * @returns {Promise<boolean>} true if it can be started; otherwise prints what is missing
 */
async function hasLibraries(executable) {
  if (!isLinux) return true;
  const packages = await ensureSystemPackages(electronLibraries, { purpose: 'Electron', log: say });
  if (packages.ok) return true;
  const missing = await missingLibraries(executable);
  if (missing.length > 0) {
    say(`Electron lacks ${missing.join(', ')} (${packages.reason})`);
    if (packages.command !== null) say(`install them with: ${packages.command}`);
    return false;
  }
  if (packages.command !== null) {
    say(`some of the desktop's features may be missing; for all of them: ${packages.command}`);
  }
  return true;
}

/**
 * @param {string} executable
 * @param {readonly string[]} flags
 */
async function startDesktop(executable, flags) {
  const switches = [];
  if (isLinux && !flags.includes('--no-sandbox')) {
    if (process.getuid?.() === 0) {
      say("adding --no-sandbox: Chromium's sandbox does not work for root");
      switches.push('--no-sandbox');
    } else if (isSandboxRestricted(executable)) {
      say('this system restricts the sandbox; if it does not start: npm start -- --no-sandbox');
    }
  }
  return runVisibly(executable, [...switches, projectRoot, ...flags]);
}

/**
 * True if ordinary users cannot create the namespaces for Chromium's sandbox, as on Ubuntu since
 * 24.04, and the helper that replaces them is not set up (npm cannot install it as root's).
 * @param {string} executable
 */
function isSandboxRestricted(executable) {
  const settings = [
    ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'],
    ['/proc/sys/kernel/unprivileged_userns_clone', '0'],
  ];
  const restricted = settings.some(([file = '', value]) => {
    try {
      return readFileSync(file, 'utf8').trim() === value;
    } catch {
      return false;
    }
  });
  if (!restricted) return false;
  const helper = statSync(join(dirname(executable), 'chrome-sandbox'), { throwIfNoEntry: false });
  return helper?.uid !== 0 || (helper.mode & 0o4000) === 0;
}

/**
 * @param {readonly string[]} flags
 * @param {string} note
 */
async function startHeadless(flags, note) {
  const child = spawn(process.execPath, [join('dist', 'headless.cjs'), ...flags], {
    cwd: projectRoot,
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  let seen = '';
  const watch = (/** @type {Buffer} */ chunk) => {
    seen += chunk.toString('utf8');
    const end = seen.indexOf('\n');
    if (end < 0) return;
    child.stdout.off('data', watch);
    const api = apiAddress(seen.slice(0, end));
    if (api !== null) say(`${note}; its API: ${api}`);
  };
  child.stdout.on('data', watch);
  // A reader that closes its end must not leave the child running.
  process.stdout.on('error', () => undefined);
  child.stdout.pipe(process.stdout);
  return exitOf(child);
}

/**
 * @param {string} line the first line of its output
 * @returns {string | null} null if it is not the ready line, as with --help
 */
function apiAddress(line) {
  try {
    /** @type {unknown} */
    const ready = JSON.parse(line);
    const { event, api } = /** @type {{ event?: unknown, api?: unknown }} */ (ready);
    return event === 'ready' && typeof api === 'string' ? api : null;
  } catch {
    return null;
  }
}

try {
  process.exitCode = await start();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
