/** settings.json edited by hand while Tokwatt runs. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import {
  eventually,
  freePorts,
  goesOn,
  listens,
  occupy,
  settingsLab,
} from '../support/settings-lab.ts';
import type { SettingsAnswer, SettingsLab } from '../support/settings-lab.ts';
import { startSteppedUpstream } from '../support/stepped-upstream.ts';
import type { SteppedUpstream } from '../support/stepped-upstream.ts';

let folder: string;
let path: string;
let one: SteppedUpstream;
let two: SteppedUpstream;
let tokwatt: Headless;
let lab: SettingsLab;
/** The first proxy's port; the API has the next. */
let base: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-edited-'));
  path = join(folder, 'settings.json');
  one = await startSteppedUpstream('one');
  two = await startSteppedUpstream('two');
  base = await freePorts(12);
  writeFileSync(path, usual());
  tokwatt = await startHeadless({ ports: 'settings', dataDir: folder });
  lab = settingsLab(tokwatt);
});
afterAll(async () => {
  await tokwatt.stop();
  await one.stop();
  await two.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  rmSync(path, { recursive: true, force: true });
  replace(usual());
  await inForce({ gpu_interval_ms: 1_000, upstreams: [{ name: 'a' }] });
  await quiet();
});

const proxy = (offset: number): string => `http://127.0.0.1:${base + offset}`;
const file = (): string => readFileSync(path, 'utf8');

/** The settings at the start, on lines of their own, with what is added. */
function usual(changes: object = {}): string {
  const upstreams = [{ name: 'a', url: one.url }];
  return JSON.stringify({ proxyPort: base, apiPort: base + 1, upstreams, ...changes }, null, 2);
}

/** As editors do that write a new file and put it in the old one's place. */
function replace(text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

async function warnings(): Promise<readonly string[]> {
  return ((await tokwatt.get('/api/health')) as { warnings: string[] }).warnings;
}

/** Waits until no warning is left. */
async function quiet(): Promise<void> {
  await eventually(async () => ((await warnings()).length === 0 ? true : null));
}

function settings(): Promise<SettingsAnswer['settings']> {
  return tokwatt.get('/api/settings') as Promise<SettingsAnswer['settings']>;
}

/** Waits until these settings are in force. */
async function inForce(wanted: object): Promise<void> {
  await expect.poll(settings, { timeout: 5_000, interval: 25 }).toMatchObject(wanted);
}

/** Waits for the one warning that the file is refused, and holds that the old settings are in force. */
async function refusal(): Promise<string> {
  const [first] = await eventually(async () => {
    const told = await warnings();
    return told.length === 0 ? null : told;
  });
  expect(await warnings()).toHaveLength(1);
  expect(await settings()).toMatchObject({ gpu_interval_ms: 1_000, upstreams: [{ name: 'a' }] });
  expect(first).toContain(`${path} is refused: `);
  expect(first).toContain('The settings from before stay in force until it is corrected.');
  return first ?? '';
}

describe('a settings file that is edited', () => {
  it('is taken in at once, and streams go on', async () => {
    await lab.whileStreaming(one, proxy(0), async () => {
      const upstreams = [
        { name: 'a', url: two.url },
        { name: 'b', url: two.url },
      ];
      writeFileSync(path, usual({ gpuIntervalMs: 700, retention: { gpuDays: 9 }, upstreams }));
      await inForce({
        gpu_interval_ms: 700,
        retention: { gpu_days: 9 },
        upstreams: [{ name: 'a' }, { name: 'b' }],
      });
      await lab.whileStreaming(two, proxy(0), () => Promise.resolve());
      const second = await lab.stream(proxy(2));
      await second.until('two begins');
      replace(usual());
      await inForce({ gpu_interval_ms: 1_000, upstreams: [{ name: 'a' }] });
      await eventually(async () => ((await listens(base + 2)) ? null : true));
      await goesOn(two, second);
    });
    expect(await warnings()).toEqual([]);
  });

  it('may be half written for a while: it is refused with the line until it is whole', async () => {
    const whole = usual({ gpuIntervalMs: 700 });
    const half = whole.slice(0, whole.indexOf('"url"'));
    writeFileSync(path, half);
    expect(await refusal()).toContain('it ends too early, at line 7 column 7.');
    // A change would overwrite what somebody is writing.
    const answer = await call(tokwatt, 'PATCH', '/api/settings', { gpu_interval_ms: 800 });
    expect([answer.status, answer.body.code]).toEqual([409, 'settings']);
    expect(answer.body.detail).toMatch(/it ends too early.*Correct the file or delete it;/);
    expect(file()).toBe(half);
    writeFileSync(path, whole);
    await inForce({ gpu_interval_ms: 700 });
    expect(await warnings()).toEqual([]);
  });

  it.each<[string, () => object, () => string[]]>([
    [
      'values that do not fit',
      () => ({ gpuIntervalMs: 1, upstreams: [{ name: 'a' }], bind: '127.0.0.1' }),
      () => ['line 4: gpuIntervalMs: must be at least 250', 'line 6: upstreams.0.url: is needed'],
    ],
    [
      'settings that do not go together',
      () => ({
        gpuIntervalMs: 700,
        upstreams: [
          { name: 'a', url: one.url },
          { name: 'a', url: two.url },
        ],
      }),
      () => ['line 11: upstreams.1.name: two upstreams have this name'],
    ],
    [
      'an upstream that is Tokwatt itself',
      () => ({ gpuIntervalMs: 700, upstreams: [{ name: 'a', url: proxy(1) }] }),
      () => ["line 8: upstreams.0.url: this is Tokwatt's own API"],
    ],
    [
      'an address that this machine has not',
      () => ({ gpuIntervalMs: 700, bind: '192.0.2.1' }),
      () => ['line 5: bind 192.0.2.1 (--bind or settings.json): this machine has no such address'],
    ],
  ])('is refused whole for %s, with the line', async (_, changes, reasons) => {
    const { gpuIntervalMs, ...others } = changes() as Record<string, unknown>;
    const ordered = { proxyPort: base, apiPort: base + 1, gpuIntervalMs, ...others };
    const text = JSON.stringify({ ...ordered, ...JSON.parse(usual(ordered)) }, null, 2);
    replace(text);
    const told = await refusal();
    for (const reason of reasons()) expect(told).toContain(reason);
    expect(file()).toBe(text);
    await goesOn(one, await lab.stream(proxy(0)));
  });

  it('is refused whole for a port that is taken, and taken in once it is free', async () => {
    const other = await occupy(base + 5);
    const upstreams = [{ name: 'b', url: two.url, port: base + 5 }];
    replace(usual({ gpuIntervalMs: 700, upstreams }));
    expect(await refusal()).toMatch(/refused: line 8: port \d+ of the upstream b .*is taken/);
    await goesOn(one, await lab.stream(proxy(0)));
    other.close();
    expect(await lab.change({ gpu_interval_ms: 800 })).toMatchObject({
      settings: { gpu_interval_ms: 800, upstreams: [{ name: 'b' }] },
    });
    expect(await warnings()).toEqual([]);
    await goesOn(two, await lab.stream(proxy(5)));
  });

  it('says why a change waits for a restart', async () => {
    replace(usual({ apiPort: base + 7 }));
    await inForce({ api_port: base + 7 });
    expect((await settings()).restart_needed).toEqual(['api_port']);
  });

  it('names unknown settings in a warning, until they are corrected', async () => {
    replace(usual({ gpuIntervalMS: 700 }));
    const told = await eventually(async () => (await warnings())[0] ?? null);
    expect(told).toContain('gpuIntervalMS (is gpuIntervalMs meant?)');
    replace(usual({ gpuIntervalMs: 700 }));
    await inForce({ gpu_interval_ms: 700 });
    expect(await warnings()).toEqual([]);
  });

  it('may be missing or unreadable: that changes nothing', async () => {
    replace(usual({ gpuIntervalMs: 700 }));
    await inForce({ gpu_interval_ms: 700 });
    rmSync(path);
    await sleep(600);
    expect(await settings()).toMatchObject({ gpu_interval_ms: 700, upstreams: [{ name: 'a' }] });
    mkdirSync(path);
    await sleep(600);
    expect(await settings()).toMatchObject({ gpu_interval_ms: 700, upstreams: [{ name: 'a' }] });
    rmSync(path, { recursive: true });
    await lab.change({ retention: { gpu_days: 9 } });
    expect(JSON.parse(file())).toMatchObject({
      gpuIntervalMs: 700,
      retention: { gpuDays: 9 },
      upstreams: [{ name: 'a' }],
    });
    expect(await warnings()).toEqual([]);
  });

  it('that was refused may be deleted: then the settings in force can be changed again', async () => {
    writeFileSync(path, '{');
    await refusal();
    rmSync(path);
    await quiet();
    await lab.change({ gpu_interval_ms: 800 });
    expect(JSON.parse(file())).toMatchObject({ gpuIntervalMs: 800, upstreams: [{ name: 'a' }] });
  });

  it('loses nothing to a change that comes right behind', async () => {
    replace(usual({ gpuIntervalMs: 700, mine: 'kept' }));
    await lab.change({ retention: { gpu_days: 9 } });
    expect(JSON.parse(file())).toMatchObject({
      gpuIntervalMs: 700,
      retention: { gpuDays: 9 },
      mine: 'kept',
    });
    await inForce({ gpu_interval_ms: 700, retention: { gpu_days: 9 } });
  });

  it('gives its API keys to their store, and keeps none', async () => {
    const key = 'sk-written-by-hand-0123456789';
    replace(usual({ upstreams: [{ name: 'a', url: one.url, apiKey: key }] }));
    await inForce({ upstreams: [{ name: 'a', api_key: '(hidden)' }] });
    await eventually(() => Promise.resolve(file().includes(key) ? null : true));
    expect(JSON.parse(file())).toMatchObject({ proxyPort: base, upstreams: [{ name: 'a' }] });
    expect(readFileSync(join(folder, 'api-keys.json'), 'utf8')).toContain(key);
    // A refused file tells no key, and keeps it until it is corrected.
    const wrong = usual({ upstreams: [{ name: 'a', url: one.url, apiKey: `${key} x` }] });
    replace(wrong);
    expect(await refusal()).toContain('upstreams.0.apiKey: must be printable ASCII');
    expect(await refusal()).not.toContain(key);
    expect(tokwatt.stderr()).not.toContain(key);
    expect(file()).toBe(wrong);
    replace(usual({ upstreams: [{ name: 'a', url: one.url, apiKey: null }] }));
    await inForce({ upstreams: [{ name: 'a', api_key: null }] });
    expect(readFileSync(join(folder, 'api-keys.json'), 'utf8')).not.toContain(key);
  });

  it('is not taken for edited when Tokwatt itself writes it', async () => {
    const edits = (): number => tokwatt.stderr().split('settings.json was edited').length;
    const before = edits();
    await lab.change({ gpu_interval_ms: 700 });
    writeFileSync(path, file());
    await sleep(600);
    expect(edits()).toBe(before);
    writeFileSync(path, usual({ gpuIntervalMs: 800 }));
    await inForce({ gpu_interval_ms: 800 });
    expect(edits()).toBe(before + 1);
  });
});
