// @ts-check
/**
 * A real llama-server for the tests, with models small enough to create locally. Debian packages
 * llama.cpp only in its newest branch, which needs a newer C library than older systems have. So it
 * is installed into its own folder and run there with chroot. That needs root, debootstrap, and a
 * reachable Debian mirror.
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
 * @property {string} root the folder that is its `/`
 * @property {(args: readonly string[]) => { command: string, args: string[] }} run how to start it. The started
 *   process is llama-server itself, because chroot executes it
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

/** Named after the script that creates the models, so that a change of the models is noticed. */
function modelFolder() {
  const hash = createHash('sha256').update(readFileSync(modelScript)).digest('hex');
  return `/srv/models-${hash.slice(0, 8)}`;
}

/**
 * Returns the llama-server that an earlier run prepared. Installs nothing and is fast.
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
 * Prepares the llama-server if no earlier run did: about a minute, and 700 MB on disk.
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
        // debootstrap mounts /proc during its work, and the mount would prevent the removal of the
        // folder.
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
 * Returns the Debian mirror of this machine. An https mirror is skipped, because the new root has
 * no certificates.
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
