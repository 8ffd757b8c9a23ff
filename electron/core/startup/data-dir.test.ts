import { mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDataDir } from './data-dir.ts';

let folder: string;

describe('the data folder', () => {
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokwatt-dir-')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is created with its parents, and may exist already', () => {
    const deep = join(folder, 'a', 'b', 'c');
    expect([makeDataDir(deep), makeDataDir(deep)]).toEqual([deep, deep]);
    expect(statSync(deep).isDirectory()).toBe(true);
  });

  it('may be a link to a folder, but not a broken link', () => {
    makeDataDir(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    expect(makeDataDir(join(folder, 'link', 'x'))).toBe(join(folder, 'real', 'x'));
    symlinkSync(join(folder, 'gone'), join(folder, 'dangling'));
    expect(() => makeDataDir(join(folder, 'dangling'))).toThrow(/Cannot use.*--data-dir DIR/);
  });
});
