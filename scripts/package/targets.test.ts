import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  architectureFlags,
  chooseTargets,
  ensureTools,
  isForChecking,
  targetObstacle,
  targets,
} from './targets.mjs';

const linux = { platform: 'linux', arch: 'x64', canDownload: true, env: {} };
const offline = { ...linux, canDownload: false };

function obstacle(name: string, machine: Parameters<typeof targetObstacle>[1]): string | null {
  return targetObstacle(chooseTargets([name])[0]!, machine);
}

describe('the targets of packaging', () => {
  test('are all of them without a name, and an unknown name is told the known ones', () => {
    expect(chooseTargets([]).map(({ name }) => name)).toContain('portable');
    expect(chooseTargets(['rpm', 'deb']).map(({ name }) => name)).toEqual(['deb', 'rpm']);
    expect(chooseTargets(['appimage']).map(({ name }) => name)).toEqual(['AppImage']);
    expect(() => chooseTargets(['msi'])).toThrow(/no target msi; choose from AppImage, deb/);
  });

  test('are those of the configuration, and npm', () => {
    const file = new URL('../../electron-builder.yml', import.meta.url);
    const configuration = parse(readFileSync(file, 'utf8')) as Record<
      string,
      { target: { target: string }[] }
    >;
    const configured = ['linux', 'mac', 'win'].flatMap((system) =>
      configuration[system]!.target.map(({ target }) => target),
    );
    expect(targets.map(({ name }) => name).toSorted()).toEqual([...configured, 'npm'].toSorted());
  });

  test('of other systems are made there', () => {
    expect(obstacle('npm', linux)).toBeNull();
    expect(obstacle('npm', { ...linux, platform: 'win32' })).toBeNull();
    expect(obstacle('deb', linux)).toBeNull();
    expect(obstacle('dmg', linux)).toBe('it is made on macOS');
    expect(obstacle('portable', linux)).toBe('it is made on Windows');
    expect(obstacle('nsis', { ...linux, platform: 'darwin' })).toBe('it is made on Windows');
  });

  test('of other systems can be made for a look into them where nothing can be downloaded', () => {
    const checked = targets.filter((target) => isForChecking(target, offline));
    expect(checked.map(({ name }) => name)).toEqual(['zip', 'portable']);
    expect(targets.filter((target) => isForChecking(target, linux))).toEqual([]);
    expect(obstacle('zip', offline)).toBeNull();
    expect(obstacle('nsis', offline)).toBe('it is made on Windows');
    expect(obstacle('zip', { ...offline, arch: 'arm64' })).toBe('it is made on macOS');
  });

  test('need a copy of a tool that can be neither downloaded nor borrowed', () => {
    const arm = { ...offline, arch: 'arm64' };
    expect(obstacle('AppImage', linux)).toBeNull();
    expect(obstacle('AppImage', offline)).toBeNull();
    expect(obstacle('AppImage', arm)).toContain('set APPIMAGE_TOOLS_PATH');
    expect(obstacle('AppImage', { ...arm, env: { APPIMAGE_TOOLS_PATH: '/x' } })).toBeNull();
    expect(obstacle('rpm', arm)).toBeNull();
  });

  test('are made for the processors that are given, or for all that can be', () => {
    const flags = (given: string[], machine: typeof linux): string[] =>
      architectureFlags(given, machine).architectures;
    expect(flags([], linux)).toEqual(['--x64', '--arm64']);
    expect(flags([], offline)).toEqual(['--x64']);
    expect(flags([], { ...linux, platform: 'win32' })).toEqual(['--x64']);
    expect(architectureFlags(['--arm64', '--publish=never'], linux)).toEqual({
      architectures: ['--arm64'],
      others: ['--publish=never'],
    });
  });

  test('need no tools that electron-builder downloads, and without any install nothing', async () => {
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line);
    expect(await ensureTools(chooseTargets(['npm'])[0]!, linux, log)).toBeNull();
    expect(await ensureTools(chooseTargets(['AppImage'])[0]!, linux, log)).toBeNull();
    expect(lines).toEqual([]);
  });
});
