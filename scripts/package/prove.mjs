// @ts-check
/**
 * `npm run package -- prove` installs the packages in release/ on a minimal Debian, runs them as a user would, upgrades
 * and removes them, and says what it saw. It needs root on Linux for x64. `prove lint deb` does only these parts of
 * `lint`, `deb`, `AppImage`, `rpm` and `tar.gz`, and `--from=FOLDER` takes packages from elsewhere. What the screens showed
 * is in release/proof/.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { capture, lastWords } from '../setup/command.mjs';
import { projectRoot } from '../setup/project.mjs';
import { ensureSystemPackages, virtualDesktop } from '../setup/system-packages.mjs';
import { proveAppImage } from './prove/app-image.mjs';
import { proveArchive } from './prove/archive.mjs';
import { proveDeb } from './prove/deb.mjs';
import { lintPackages } from './prove/lint.mjs';
import { proveRpm } from './prove/rpm.mjs';
import { desktopPackages, freshRoot, rootObstacle } from './prove/root.mjs';

const given = process.argv.slice(2);
const from = given.find((word) => word.startsWith('--from='))?.slice('--from='.length);
const release = from === undefined ? join(projectRoot, 'release') : resolve(from);
const pictures = join(projectRoot, 'release', 'proof');
const sessionScript = join(import.meta.dirname, 'prove', 'session.mjs');
/** Ports of this machine's programs would be searched for servers, so each run has a loopback of its own. */
const ownNetwork = ['--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
const limitMs = 8 * 60_000;

/**
 * @typedef {import('./prove/session.mjs').Session} Session
 * @typedef {import('./prove/session.mjs').Seen} Seen
 * @typedef {object} Proof what a part gets to work with
 * @property {import('./prove/root.mjs').Root} root
 * @property {string} file the package
 * @property {(name: string, holds: boolean, seen: unknown) => void} check prints a line, and remembers a failure
 * @property {(name: string, session: Partial<Session> & { user: string, command: string[] }) => Promise<Seen>} run
 */

let failures = 0;

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @type {Proof['check']} */
function check(name, holds, seen) {
  if (!holds) failures += 1;
  say(
    `${holds ? 'ok  ' : 'FAIL'} ${name}: ${typeof seen === 'string' ? seen : JSON.stringify(seen)}`,
  );
}

/**
 * @param {import('./prove/root.mjs').Root} root
 * @returns {Proof['run']}
 */
function runner(root) {
  return async (name, session) => {
    const picture = join(pictures, `${name}.png`);
    const whole = { root, picture, changesSettings: false, takesPort: false, ...session };
    const args = [...ownNetwork, process.execPath, sessionScript, JSON.stringify(whole)];
    const outcome = await capture('unshare', args, { timeoutMs: limitMs });
    if (outcome.code !== 0) throw new Error(`${name} did not run: ${lastWords(outcome)}`);
    /** @type {unknown} */
    const seen = JSON.parse(outcome.stdout);
    return /** @type {Seen} */ (seen);
  };
}

/**
 * @param {string} name of the part
 * @param {RegExp} pattern of the package's name
 * @param {(proof: Proof) => Promise<void>} part
 * @param {readonly string[]} include what its root has besides the minimum
 */
async function prove(name, pattern, part, include) {
  const files = existsSync(release) ? await readdir(release) : [];
  const found = files.find((entry) => pattern.test(entry));
  if (found === undefined) {
    say(`---- ${name}: not proven, there is none in release/ (npm run package -- ${name})`);
    return;
  }
  say(`---- ${name}: ${found}`);
  const root = await freshRoot(include, say);
  try {
    await part({ root, file: join(release, found), check, run: runner(root) });
  } catch (error) {
    check(name, false, error instanceof Error ? error.message : String(error));
  } finally {
    await root.remove();
  }
}

async function main() {
  const obstacle = rootObstacle();
  if (obstacle !== null) throw new Error(`Nothing is proven: ${obstacle}.`);
  const wanted = given.filter((word) => !word.startsWith('-'));
  const isWanted = (/** @type {string} */ name) => wanted.length === 0 || wanted.includes(name);
  const needed = [...virtualDesktop, 'imagemagick', 'procps', 'iproute2'];
  const tools = await ensureSystemPackages(needed, { purpose: 'the proof', log: say });
  if (!tools.ok) throw new Error(tools.reason);
  await mkdir(pictures, { recursive: true });
  if (isWanted('lint')) await lintPackages(release, check, say);
  if (isWanted('deb')) await prove('deb', /_amd64\.deb$/, proveDeb, []);
  if (isWanted('AppImage'))
    await prove('AppImage', /x86_64\.AppImage$/, proveAppImage, desktopPackages);
  if (isWanted('rpm')) await prove('rpm', /\.x86_64\.rpm$/, proveRpm, desktopPackages);
  if (isWanted('tar.gz'))
    await prove('tar.gz', /-linux-x64\.tar\.gz$/, proveArchive, desktopPackages);
  say(failures === 0 ? 'all of it holds' : `${failures} do not hold`);
  return failures === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
