import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json';
import { neededFiles, npmManifest, packedProblems } from './npm-files.mjs';

test('the package has the files that its core and its page lead to, and no others', async () => {
  const dist = mkdtempSync(join(tmpdir(), 'tokwatt-dist-'));
  mkdirSync(join(dist, 'renderer', 'assets'), { recursive: true });
  for (const [name, text] of [
    ['headless.cjs', 'require("./a.chunk.cjs"); //# sourceMappingURL=headless.cjs.map'],
    ['a.chunk.cjs', 'besideBundle("worker.cjs")'],
    ['worker.cjs', 'require("libsql")'],
    ['main.cjs', 'require("./a.chunk.cjs")'],
    ['headless.cjs.map', '{}'],
    ['renderer/index.html', '<script src="./assets/index.js"></script><link href="./icon.svg">'],
    ['renderer/icon.svg', ''],
    ['renderer/mini.html', '<script src="./assets/mini.js"></script>'],
    ['renderer/assets/index.js', 'import("./page.js")'],
    ['renderer/assets/page.js', ''],
    ['renderer/assets/mini.js', ''],
  ] as const) {
    writeFileSync(join(dist, name), text);
  }
  expect(await neededFiles(dist)).toEqual([
    'a.chunk.cjs',
    'headless.cjs',
    ...['assets/index.js', 'assets/page.js', 'icon.svg', 'index.html'].map((x) => `renderer/${x}`),
    'worker.cjs',
  ]);
  await expect(neededFiles(join(dist, 'nowhere'))).rejects.toThrow(/run npm run build/);
  rmSync(dist, { recursive: true });
});

test('npm installs the native packages alone', () => {
  const made = npmManifest(manifest);
  expect(Object.keys(made.dependencies)).toEqual(['libsql']);
  expect(made.optionalDependencies).toEqual({ koffi: manifest.dependencies.koffi });
  expect(made).not.toHaveProperty('private');
  expect(made).not.toHaveProperty('devDependencies');
  expect(made).not.toHaveProperty('scripts');
});

test('a package with too little or too much is refused', () => {
  const names = ['package.json', 'README.md', 'LICENSE', 'dist/tokwatt.cjs'];
  const workers = ['guard', 'ledger-worker', 'nvml-helper', 'gpu-facts-worker'].map(
    (x) => `dist/${x}.cjs`,
  );
  const page = ['index.html', 'licences.txt'].map((x) => `dist/renderer/${x}`);
  const right = [...names, ...workers, ...page];
  const problems = (paths: readonly string[], size = 1_000_000): string[] =>
    packedProblems({ size, files: paths.map((path) => ({ path })) });
  expect(problems(right)).toEqual([]);
  expect(problems([...right.slice(1), 'dist/main.cjs', 'dist/a.js.map', 'src/a.test.ts'])).toEqual([
    'package.json is missing',
    'dist/main.cjs does not belong in the package',
    'dist/a.js.map does not belong in the package',
    'src/a.test.ts does not belong in the package',
  ]);
  expect(problems(right, 1_300_000)).toEqual([expect.stringMatching(/1300000 bytes, more than/)]);
});
