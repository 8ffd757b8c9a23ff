// @ts-check
/** What the distributions' own checkers say of the deb, its desktop entry and its entry in software catalogues. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture } from '../../setup/command.mjs';
import { ensureSystemPackages } from '../../setup/system-packages.mjs';
import { runTool } from '../package-files.mjs';

/**
 * @param {string} release the folder with the deb
 * @param {import('../prove.mjs').Proof['check']} check
 * @param {(line: string) => void} say
 */
export async function lintPackages(release, check, say) {
  const names = ['lintian', 'desktop-file-utils', 'appstream'];
  const tools = await ensureSystemPackages(names, { purpose: 'the checks of the deb', log: say });
  if (!tools.ok) {
    say(`---- lint: not checked, ${tools.reason}`);
    return;
  }
  const name = (await readdir(release).catch(() => [])).find((entry) =>
    entry.endsWith('_amd64.deb'),
  );
  if (name === undefined) {
    say('---- lint: there is no deb in release/');
    return;
  }
  const deb = join(release, name);
  const folder = await mkdtemp(join(tmpdir(), 'tokwatt-lint-'));
  try {
    await runTool('dpkg-deb', ['-x', deb, folder]);
    const share = join(folder, 'usr', 'share');
    const entry = join(share, 'applications', 'tokwatt.desktop');
    await report('desktop-file-validate', [entry], check);
    const metainfo = join(share, 'metainfo', 'dev.tokwatt.app.metainfo.xml');
    await report('appstreamcli', ['validate', '--no-net', metainfo], check);
    await report('lintian', ['--tag-display-limit', '0', '--fail-on', 'error,warning', deb], check);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('../prove.mjs').Proof['check']} check
 */
async function report(command, args, check) {
  const { code, stdout, stderr } = await capture(command, args);
  check(command, code === 0, `${stdout}${stderr}`.trim() || 'no complaint');
}
