import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SILENT_LOG } from '../../core/log.ts';
import { AppUpdates } from './app-updates.ts';
import type { Release, UpdateEngine } from './update-engine.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NEWER: Release = { version: '0.2.0', notes: null, bytes: 10, sha512: null };

let checks = 0;
let loads = 0;
let quits = 0;
let prepared: string[] = [];
let released: Release | null = NEWER;
let prepare: (file: string) => Promise<void>;
/** Downloads in progress. */
let downloads: { readonly signal: AbortSignal; readonly done: () => void }[] = [];
let kept: { checkedAt: number | null; told: string | null };

const engine: UpdateEngine = {
  folder: '/cache',
  check: () => {
    checks += 1;
    return Promise.resolve(released);
  },
  download: (onProgress, signal) =>
    new Promise((resolve, reject) => {
      onProgress(0.34);
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      downloads.push({ signal, done: () => resolve('/cache/new') });
    }),
  install: () => undefined,
};

beforeEach(() => {
  vi.useFakeTimers();
  [checks, loads, quits, prepared, downloads, released] = [0, 0, 0, [], [], NEWER];
  kept = { checkedAt: null, told: null };
  prepare = (file) => {
    prepared.push(file);
    return Promise.resolve();
  };
});

afterEach(() => vi.useRealTimers());

function updates({ replacesItself = true } = {}): AppUpdates {
  return new AppUpdates({
    about: { kind: replacesItself ? 'appimage' : 'deb', replacesItself, source: 'https://here/' },
    command: (version) => (replacesItself ? null : `install ${version}`),
    engine: () => {
      loads += 1;
      return Promise.resolve(engine);
    },
    memory: { kept, keep: (change) => void Object.assign(kept, change) },
    prepare: (file) => prepare(file),
    target: '/apps',
    quit: () => void (quits += 1),
    onChange: () => undefined,
    log: SILENT_LOG,
  });
}

test('off asks nobody and loads nothing, however long it runs', async () => {
  const made = updates();
  made.apply('off');
  await vi.advanceTimersByTimeAsync(10 * DAY);
  expect([checks, loads]).toEqual([0, 0]);
});

test('tell asks soon after the start and then once a day, and downloads nothing', async () => {
  const made = updates();
  made.apply('tell');
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(checks).toBe(1);
  expect(made.state).toMatchObject({ step: 'found', found: { version: '0.2.0', command: null } });
  await vi.advanceTimersByTimeAsync(2 * DAY);
  expect(checks).toBe(3);
  expect(downloads).toEqual([]);
  made.stop();
  await vi.advanceTimersByTimeAsync(2 * DAY);
  expect(checks).toBe(3);
});

test('a start soon after the last answer does not ask again before the day is over', async () => {
  kept.checkedAt = Date.now() - DAY + 60 * MINUTE;
  const made = updates();
  expect(made.state.checkedAt).toBe(kept.checkedAt);
  made.apply('tell');
  await vi.advanceTimersByTimeAsync(59 * MINUTE);
  expect(checks).toBe(0);
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(checks).toBe(1);
  expect(kept.checkedAt).toBe(made.state.checkedAt);
});

test('a clock that was set back does not keep it from asking for more than a day', async () => {
  kept.checkedAt = Date.now() + 300 * DAY;
  const made = updates();
  made.apply('tell');
  await vi.advanceTimersByTimeAsync(DAY + MINUTE);
  expect(checks).toBe(1);
});

test('download fetches what is found, and turning it off gives the download up', async () => {
  const made = updates();
  made.apply('download');
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(made.state).toMatchObject({ step: 'downloading', progress: 0.34 });
  made.apply('tell');
  await vi.advanceTimersByTimeAsync(0);
  expect(downloads[0]?.signal.aborted).toBe(true);
  expect(made.state).toMatchObject({ step: 'found', progress: null, message: null });
  made.apply('download');
  await vi.advanceTimersByTimeAsync(0);
  downloads[1]?.done();
  await vi.advanceTimersByTimeAsync(0);
  expect(made.state.step).toBe('ready');
});

test('what a package manager has installed is told with its command, and never downloaded', async () => {
  const made = updates({ replacesItself: false });
  made.apply('download');
  await vi.advanceTimersByTimeAsync(MINUTE);
  await made.act('download');
  await made.act('restart');
  expect(made.state).toMatchObject({ step: 'found', found: { command: 'install 0.2.0' } });
  expect([downloads, prepared, quits]).toEqual([[], [], 0]);
});

async function ready(): Promise<AppUpdates> {
  const made = updates();
  await made.act('check');
  void made.act('download');
  await vi.advanceTimersByTimeAsync(0);
  downloads.at(-1)?.done();
  await vi.advanceTimersByTimeAsync(0);
  expect(made.state.step).toBe('ready');
  return made;
}

test('a ready version stays ready until a newer one is out, or it is withdrawn', async () => {
  const made = await ready();
  await made.act('check');
  expect(made.state).toMatchObject({ step: 'ready', found: { version: '0.2.0' } });
  released = { ...NEWER, version: '0.3.0' };
  await made.act('check');
  expect(made.state).toMatchObject({ step: 'found', found: { version: '0.3.0' } });
  released = null;
  await made.act('check');
  expect(made.state).toMatchObject({ step: 'idle', found: null });
});

test('a restart is prepared before it quits, and can be taken back', async () => {
  const made = await ready();
  await made.act('restart');
  expect([prepared, quits, made.isRestarting]).toEqual([['/cache/new'], 1, true]);
  made.keepRunning();
  expect(made.state.step).toBe('ready');
});

test('a restart that cannot be prepared does not quit, and says why', async () => {
  const made = await ready();
  prepare = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOSPC' }));
  await made.act('restart');
  expect(quits).toBe(0);
  expect(made.state.step).toBe('ready');
  expect(made.state.message).toMatch(/^There is not enough room in \/apps/);
});

test('a file that is gone is downloaded again', async () => {
  const made = await ready();
  prepare = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOENT' }));
  await made.act('restart');
  expect(made.state.step).toBe('found');
  void made.act('download');
  await vi.advanceTimersByTimeAsync(0);
  expect(downloads).toHaveLength(2);
});
