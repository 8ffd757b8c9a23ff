import { describe, expect, test } from 'vitest';
import { chooseTargets, ensureTool, targetObstacle } from './targets.mjs';

const linux = { platform: 'linux', canDownload: true, env: {} };

function obstacle(name: string, machine: Parameters<typeof targetObstacle>[1]): string | null {
  return targetObstacle(chooseTargets([name])[0]!, machine);
}

describe('the targets of packaging', () => {
  test('are all of them without a name, and an unknown name is told the known ones', () => {
    expect(chooseTargets([]).map(({ name }) => name)).toContain('portable');
    expect(chooseTargets(['rpm', 'deb']).map(({ name }) => name)).toEqual(['deb', 'rpm']);
    expect(() => chooseTargets(['msi'])).toThrow(/no target msi; choose from AppImage, deb/);
  });

  test('of other systems are made there', () => {
    expect(obstacle('npm', linux)).toBeNull();
    expect(obstacle('npm', { ...linux, platform: 'win32' })).toBeNull();
    expect(obstacle('deb', linux)).toBeNull();
    expect(obstacle('dmg', linux)).toBe('it is made on macOS');
    expect(obstacle('nsis', { ...linux, platform: 'darwin' })).toBe('it is made on Windows');
  });

  test('need a copy of a tool that cannot be downloaded', () => {
    const offline = { ...linux, canDownload: false };
    expect(obstacle('AppImage', linux)).toBeNull();
    expect(obstacle('AppImage', offline)).toContain('set APPIMAGE_TOOLS_PATH');
    expect(obstacle('AppImage', { ...offline, env: { APPIMAGE_TOOLS_PATH: '/x' } })).toBeNull();
    expect(obstacle('rpm', offline)).toBeNull();
  });

  test('without a tool of their own install nothing', async () => {
    const lines: string[] = [];
    expect(
      await ensureTool(chooseTargets(['AppImage'])[0]!, (line) => lines.push(line)),
    ).toBeNull();
    expect(lines).toEqual([]);
  });
});
