// @ts-check
/**
 * `npm run package -- [flags of electron-builder]` builds the application and packages it into
 * release/.
 *
 * If the official Electron cannot be downloaded, the local development Electron is used. That
 * package is good for testing the packaging, not for distribution.
 */
import { join } from 'node:path';
import { npmCommand } from './setup/command.mjs';
import { provideElectron } from './setup/electron-runtime.mjs';
import { ensureDependencies, projectRoot, runVisibly } from './setup/project.mjs';

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

async function main() {
  const flags = process.argv.slice(2);
  await ensureDependencies(say);
  const build = npmCommand(['run', 'build']);
  const status = await runVisibly(build.command, build.args);
  if (status !== 0) return status;
  const script = join(projectRoot, 'node_modules', 'electron-builder', 'cli.js');
  return runVisibly(process.execPath, [script, ...(await electronFlags()), ...flags]);
}

/** @returns {Promise<string[]>} empty if electron-builder downloads the official one for any platform */
async function electronFlags() {
  const { origin, dist, version } = await provideElectron({ log: say });
  if (origin === 'official') return [];
  say(`packaging with Electron ${version} from ${dist}, for this platform only`);
  if (origin === 'lab') say('it gets no security updates: do not hand this package out');
  return [`-c.electronDist=${dist}`, `-c.electronVersion=${version}`];
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
