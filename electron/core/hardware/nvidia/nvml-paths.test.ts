import { expect, it } from 'vitest';
import { nvmlPaths } from './nvml-paths.ts';

it('has the library of Windows by its full path only, so that no other file is taken for it', () => {
  const paths = nvmlPaths('win32', { SystemRoot: 'D:\\Windows' });
  expect(paths[0]).toMatch(/^D:\\Windows.System32.nvml\.dll$/);
  expect(paths.every((path) => /^[A-Z]:\\/.test(path))).toBe(true);
});

it('has the library of Linux where the system looks, and where WSL and NixOS put it', () => {
  expect(nvmlPaths('linux', {})).toEqual([
    'libnvidia-ml.so.1',
    '/usr/lib/wsl/lib/libnvidia-ml.so.1',
    '/run/opengl-driver/lib/libnvidia-ml.so.1',
  ]);
});
