// @ts-check
/**
 * A real llama-server for the tests, with models small enough to make on the spot. Debian packages llama.cpp only in
 * its newest branch, whose C library an older system does not have: so it is installed into a folder of its own and
 * run there with chroot. That takes root, debootstrap, and a Debian mirror within reach.
 *
 * By hand: `node scripts/setup/llama-server.mjs` prepares it and prints how to start it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce, cacheRoot } from './cache.mjs';
import { capture, lastWords } from './command.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/**
 * @typedef {object} LlamaServer
 * @property {true} available
 * @property {string} root the folder that it sees as `/`
 * @property {(args: readonly string[]) => { command: string, args: string[] }} run how to start it. The process that
 *   this starts is llama-server itself: chroot becomes it
 * @property {LlamaModels} models paths as llama-server sees them
 *
 * @typedef {object} LlamaModels
 * @property {string} chat thousands of tokens a second; also infill, and with its flags embeddings and rerank
 * @property {string} slow about a hundred tokens a second on two cores; does not stop before its limit
 * @property {string} folder for `--models-dir`: both, by the names `chat` and `slow`
 *
 * @typedef {{ available: false, reason: string }} NoLlamaServer
 */

const packages = ['llama.cpp-tools', 'python3-gguf', 'python3-numpy'];
const limitMs = 20 * 60_000;
const modelScript = fileURLToPath(new URL('make-model.py', import.meta.url));

const root = () => join(cacheRoot(), 'llama-server-sid');

/** Named after the script that makes them, so that a change of the models is not missed. */
function modelFolder() {
  const hash = createHash('sha256').update(readFileSync(modelScript)).digest('hex');
  return `/srv/models-${hash.slice(0, 8)}`;
}

/**
 * What an earlier run prepared. Installs nothing and takes no time.
 * @returns {LlamaServer | NoLlamaServer}
 */
export function findLlamaServer() {
  const obstacle = whyImpossible();
  if (obstacle !== null) return { available: false, reason: obstacle };
  const folder = modelFolder();
  if (!existsSync(join(root(), folder))) {
    return { available: false, reason: 'not prepared: run node scripts/setup/llama-server.mjs' };
  }
  return {
    available: true,
    root: root(),
    run: (args) => inRoot(root(), ['/usr/bin/llama-server', ...args]),
    models: { chat: `${folder}/chat.gguf`, slow: `${folder}/slow.gguf`, folder },
  };
}

function whyImpossible() {
  if (process.platform !== 'linux') return 'it is prepared on Linux only';
  return process.getuid?.() === 0 ? null : 'preparing and running it takes root (chroot)';
}

/**
 * Prepares it where that was not done yet: about a minute, and 700 MB on disk.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<LlamaServer | NoLlamaServer>}
 */
export async function provideLlamaServer({ log = () => undefined } = {}) {
  const obstacle = whyImpossible();
  if (obstacle !== null) return { available: false, reason: obstacle };
  try {
    if (!existsSync(root())) await buildRoot(log);
    await buildOnce(join(root(), modelFolder()), makeModels, log);
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error) };
  }
  return findLlamaServer();
}

/** @param {(line: string) => void} log */
async function buildRoot(log) {
  const needed = await ensureSystemPackages(['debootstrap', 'debian-archive-keyring'], {
    purpose: 'llama-server',
    log,
  });
  if (!needed.ok) throw new Error(needed.reason);
  await buildOnce(
    root(),
    async (partial) => {
      log('installing llama-server from Debian unstable into a folder of its own (about a minute)');
      try {
        await installInto(partial);
      } catch (error) {
        // debootstrap mounts it while it works; it would keep the folder from being removed.
        await capture('umount', ['--lazy', join(partial, 'proc')]);
        throw error;
      }
    },
    log,
  );
}

/** @param {string} folder */
async function installInto(folder) {
  await step('debootstrap', ['--variant=minbase', 'sid', folder, ...(await debianMirror())]);
  const apt = ['apt-get', '-q', '-y', '--no-install-recommends', 'install', ...packages];
  const install = inRoot(folder, ['env', 'DEBIAN_FRONTEND=noninteractive', ...apt]);
  await step(install.command, install.args);
  const clean = inRoot(folder, ['apt-get', 'clean']);
  await step(clean.command, clean.args);
}

/** @param {string} partial a folder inside the root */
async function makeModels(partial) {
  await chmod(partial, 0o755);
  await mkdir(join(root(), 'srv'), { recursive: true });
  await copyFile(modelScript, join(root(), 'srv', 'make-model.py'));
  for (const kind of ['chat', 'slow']) {
    const file = `${partial.slice(root().length)}/${kind}.gguf`;
    const make = inRoot(root(), ['python3', '/srv/make-model.py', kind, file]);
    await step(make.command, make.args);
  }
}

/**
 * @param {string} folder
 * @param {readonly string[]} command
 */
function inRoot(folder, command) {
  return { command: '/usr/sbin/chroot', args: [folder, ...command] };
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
async function step(command, args) {
  const env = { ...process.env, LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  const outcome = await capture(command, args, { env, timeoutMs: limitMs });
  if (outcome.code !== 0) throw new Error(`${command} ${args.join(' ')}: ${lastWords(outcome)}`);
}

/**
 * The Debian mirror this machine uses. One over https is passed over: the fresh root has no certificates.
 * @returns {Promise<string[]>} the argument for debootstrap, or none for its default
 */
async function debianMirror() {
  const format = '$(ORIGIN) $(LABEL) $(REPO_URI)';
  const { stdout } = await capture('apt-get', ['indextargets', '--format', format]);
  const mirror = /^Debian Debian (http:\S+)$/m.exec(stdout)?.[1]?.replace(/\/$/, '');
  return mirror === undefined ? [] : [mirror];
}

async function main() {
  const found = await provideLlamaServer({ log: (line) => console.error(line) });
  if (!found.available) {
    console.error(`llama-server is not available: ${found.reason}`);
    process.exitCode = 1;
    return;
  }
  const example = found.run(['-m', found.models.chat, '--port', '8080', '--metrics']);
  console.log(`llama-server is in ${found.root}. To start it:`);
  console.log([example.command, ...example.args].join(' '));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
