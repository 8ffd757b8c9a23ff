import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildOnce } from './cache.mjs';

// The lock uses flock, which exists only on Linux.
describe.skipIf(process.platform !== 'linux')('buildOnce (Linux only)', () => {
  let parent = '';
  let folder = '';
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'tokwatt-cache-'));
    folder = join(parent, 'thing');
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  const noLog = (): void => undefined;
  const folders = async (): Promise<string[]> =>
    (await readdir(parent)).filter((name) => !name.endsWith('.lock'));

  it('builds once for several concurrent callers', async () => {
    let builds = 0;
    const build = async (partial: string): Promise<void> => {
      builds += 1;
      await writeFile(join(partial, 'file'), String(builds));
    };
    await Promise.all([1, 2, 3].map(() => buildOnce(folder, build, noLog)));
    await buildOnce(folder, build, noLog);
    expect(builds).toBe(1);
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('1');
    expect(await folders()).toEqual(['thing']);
  });

  it('keeps nothing of a failed build, and the next one tries again', async () => {
    const fail = async (partial: string): Promise<void> => {
      await writeFile(join(partial, 'half'), '');
      throw new Error('no network');
    };
    await expect(buildOnce(folder, fail, noLog)).rejects.toThrow('no network');
    expect(await folders()).toEqual([]);
    await buildOnce(folder, (partial) => writeFile(join(partial, 'whole'), ''), noLog);
    expect(await readdir(folder)).toEqual(['whole']);
  });

  it('removes the files of a killed run', async () => {
    await mkdir(`${folder}.partial-abc`);
    await buildOnce(folder, () => Promise.resolve(), noLog);
    expect(await folders()).toEqual(['thing']);
  });
});
