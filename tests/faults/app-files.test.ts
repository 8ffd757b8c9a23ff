import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSettings } from '../../shared/settings.ts';
import { chat, chats } from '../support/chats.ts';
import { allRows, ask } from '../support/control-api.ts';
import { runHeadless, startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

/** Damages of each kind to each file; one of each takes about seven seconds in all. */
const FAULTS = Number(process.env.TOKWATT_FILE_FAULTS ?? 2);
/** Exchanges in the checkpoint, and those behind it that only the write-ahead log has, by commit. */
const SAVED = 20;
const LOGGED = [4, 3, 2, 1] as const;

const SETTINGS = {
  allowedHosts: ['lamp.example'],
  gpuIntervalMs: 1_000,
  retention: { activityDays: 90, maxBytes: 2_000_000_000 },
  upstreams: [{ name: 'never', url: 'http://127.0.0.1:9', exactUsage: false }],
};

let upstream: RecordedUpstream;
let folder: string;
let count = 0;

const start = (dataDir: string): Promise<Headless> =>
  startHeadless({ args: ['--upstream', upstream.url, '--log-level', 'error'], dataDir });

interface Health {
  readonly ledger: { readonly status: string; readonly message: string | null };
  readonly warnings: readonly string[];
}
const health = (tokwatt: Headless): Promise<Health> => ask(tokwatt, 'GET', '/api/health');

async function requests(tokwatt: Headless): Promise<number> {
  return (await ask<{ totals: { requests: number } }>(tokwatt, 'GET', '/api/usage')).totals
    .requests;
}

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-files-'));
  const clean = await start(join(folder, 'clean'));
  await chats(clean, SAVED);
  await clean.activity(SAVED);
  await clean.stop();
  writeFileSync(join(folder, 'clean', 'settings.json'), JSON.stringify(SETTINGS, null, 2));
  cpSync(join(folder, 'clean'), join(folder, 'killed'), { recursive: true });
  const killed = await start(join(folder, 'killed'));
  for (const exchanges of LOGGED) {
    await chats(killed, exchanges);
    // Asking for the rows has them stored.
    await allRows(killed);
  }
  await killed.stop('SIGKILL');
  rmSync(join(folder, 'killed', 'tokwatt.lock'));
});
afterAll(async () => {
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A data folder with one damaged file in it. */
interface Damaged {
  readonly dataDir: string;
  readonly file: string;
  /** What the damaged file holds. */
  readonly bytes: Buffer;
}

function damaged(seed: string, name: string, change: (file: string) => void): Damaged {
  const dataDir = join(folder, `case-${(count += 1)}`);
  cpSync(join(folder, seed), dataDir, { recursive: true });
  const file = join(dataDir, name);
  change(file);
  return { dataDir, file, bytes: readFileSync(file) };
}

const truncated =
  (share: number) =>
  (file: string): void =>
    truncateSync(file, Math.floor(readFileSync(file).length * share));

/** In a byte that holds something: most of a small database is empty. */
const flipped =
  (share: number) =>
  (file: string): void => {
    const bytes = readFileSync(file);
    const used = [...bytes.keys()].filter((at) => bytes[at] !== 0);
    const place = share * used.length;
    bytes[used[Math.floor(place)]!]! ^= 1 << Math.floor((place % 1) * 8);
    writeFileSync(file, bytes);
  };

/** Evenly spread over the file, with a little chance; the name of a test says which it was. */
const changes: [string, (file: string) => void][] = Array.from({ length: FAULTS }, (_, i) => {
  const cut = i / FAULTS + (i === 0 ? 0 : Math.random() / FAULTS);
  const flip = (i + Math.random()) / FAULTS;
  return [
    [`truncated at ${cut.toFixed(5)}`, truncated(cut)],
    [`a bit flipped at ${flip.toFixed(7)}`, flipped(flip)],
  ] as [string, (file: string) => void][];
}).flat();

/** The copies of what could not be read, by their content. */
function setAside({ dataDir }: Damaged, pattern: RegExp): Buffer[] {
  const names = readdirSync(dataDir).filter((name) => pattern.test(name));
  return names.map((name) => readFileSync(join(dataDir, name)));
}

/**
 * Traffic flows and counts go on from `before`; where it is asked again, at the next start too. What
 * is warned of then is `warnings`.
 */
async function goesOn(
  tokwatt: Headless,
  { dataDir }: Damaged,
  before: number,
  warnings: readonly string[] = [],
): Promise<void> {
  expect(await requests(tokwatt)).toBe(before);
  expect(await chat(tokwatt)).toBe(200);
  await allRows(tokwatt);
  expect(await requests(tokwatt)).toBe(before + 1);
  expect(await tokwatt.stop()).toBe(0);
  const again = await start(dataDir);
  expect(await requests(again)).toBe(before + 1);
  expect((await health(again)).warnings).toEqual(warnings);
  await again.stop();
}

describe('settings.json', () => {
  it.each(changes)('%s', async (_how, change) => {
    const here = damaged('clean', 'settings.json', change);
    const value = parsed(here.bytes);
    const result = value === null ? null : parseSettings(value);
    if (result?.ok === false) return expectRefusal(here, result.problems[0]!);
    const tokwatt = await start(here.dataDir);
    const { warnings } = await health(tokwatt);
    const aside = setAside(here, /^settings\.corrupt-/);
    if (value === null) {
      expect(warnings).toEqual([expect.stringContaining('settings.corrupt-')]);
      expect(aside).toEqual([here.bytes]);
    } else {
      // A name that was hit is the name of no setting any more.
      const isUnknown = namesOf(value) !== namesOf(SETTINGS);
      expect(warnings).toEqual(isUnknown ? [expect.stringContaining('do not exist')] : []);
      expect(aside).toEqual([]);
      expect(readFileSync(here.file)).toEqual(here.bytes);
    }
    await goesOn(tokwatt, here, SAVED, value === null ? [] : warnings);
  });

  it.each([
    ['gpuIntervalMs', { gpuIntervalMs: 'often' }],
    ['retention.maxBytes', { retention: { maxBytes: 1 } }],
    ['upstreams.0.url', { upstreams: [{ name: 'x', url: 'ftp://x' }] }],
    ['proxyPort', { proxyPort: 65_536 }],
    ['bind', { bind: null }],
  ])('with a wrong %s is left alone and named', async (field, settings) => {
    const here = damaged('clean', 'settings.json', (file) =>
      writeFileSync(file, JSON.stringify(settings)),
    );
    await expectRefusal(here, field);
  });

  async function expectRefusal(here: Damaged, field: string): Promise<void> {
    const ports = ['--proxy-port', '0', '--api-port', '0', '--upstream', upstream.url];
    const run = await runHeadless([...ports, '--data-dir', here.dataDir]);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr.trim().split('\n')).toEqual([expect.stringContaining(`settings.json: `)]);
    expect(run.stderr).toContain(field);
    expect(readFileSync(here.file)).toEqual(here.bytes);
  }
});

/** All names of members, in their order. */
function namesOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${namesOf(inner)}`)
    .join('');
}

function parsed(bytes: Buffer): object | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

describe('totals.json', () => {
  it.each(changes)('%s', async (_how, change) => {
    const here = damaged('clean', 'totals.json', change);
    const tokwatt = await start(here.dataDir);
    const { warnings } = await health(tokwatt);
    const aside = setAside(here, /^totals\.corrupt-/);
    if (aside.length > 0 || parsed(here.bytes) === null) {
      expect(warnings).toEqual([expect.stringContaining('totals.corrupt-')]);
      expect(aside).toEqual([here.bytes]);
      // Counted anew from the rows of the ledger.
      await goesOn(tokwatt, here, SAVED);
    } else {
      expect(warnings).toEqual([]);
      await goesOn(tokwatt, here, await requests(tokwatt));
    }
  });
});

describe('ledger.db', () => {
  it.each(changes)('%s', async (_how, change) => {
    const here = damaged('clean', 'ledger.db', change);
    const tokwatt = await start(here.dataDir);
    const atStart = setAside(here, /^ledger\.corrupt-.*\.db$/);
    // Where an index leads to a row that is not there, only a question for it can tell.
    await allRows(tokwatt).catch(() => undefined);
    const { warnings, ledger } = await health(tokwatt);
    const aside = setAside(here, /^ledger\.corrupt-.*\.db$/);
    if (aside.length > 0) {
      expect(warnings).toEqual([expect.stringContaining('ledger.corrupt-')]);
      if (atStart.length > 0) expect(aside).toEqual([here.bytes]);
      expect(aside).toHaveLength(1);
      expect(ledger.status).toBe('ok');
    } else {
      // What looks like another program's file, or a newer version's, is left alone, and said so.
      expect(warnings).toEqual([]);
      if (ledger.status !== 'ok') expect(ledger.message).toMatch(/ledger|database/);
    }
    await goesOn(tokwatt, here, SAVED);
    if (ledger.status !== 'ok') expect(readFileSync(here.file)).toEqual(here.bytes);
  });

  const replaced = (from: string, to: string) => (file: string) =>
    writeFileSync(file, readFileSync(file, 'latin1').replaceAll(from, to), 'latin1');
  it.each([
    ['the version needed to write it', replaced('\x02\x02\x00@', '\x03\x02\x00@')],
    ["a column's name", replaced('latency_sum', 'latency_su}')],
  ])('damaged where every write would fail: %s', async (_what, change) => {
    const here = damaged('clean', 'ledger.db', change);
    const tokwatt = await start(here.dataDir);
    expect(await health(tokwatt)).toMatchObject({
      ledger: { status: 'ok' },
      warnings: [expect.stringContaining('ledger.corrupt-')],
    });
    expect(setAside(here, /^ledger\.corrupt-.*\.db$/)).toEqual([here.bytes]);
    await goesOn(tokwatt, here, SAVED);
  });

  it('with a name that is no longer valid text is used unchanged', async () => {
    const model = Buffer.from(MODEL);
    const here = damaged('clean', 'ledger.db', (file) => {
      const bytes = readFileSync(file);
      const harmed = Buffer.from(model);
      harmed[0] = (harmed[0] ?? 0) | 0x80;
      let found = 0;
      for (let at = bytes.indexOf(model); at >= 0; at = bytes.indexOf(model, at + 1)) {
        harmed.copy(bytes, at);
        found += 1;
      }
      expect(found).toBeGreaterThan(0);
      writeFileSync(file, bytes);
    });
    const tokwatt = await start(here.dataDir);
    const rows = await allRows(tokwatt);
    expect(new Set(rows.map(({ model: name }) => name))).toEqual(
      new Set([`\ufffd${MODEL.slice(1)}`]),
    );
    expect(rows).toHaveLength(SAVED);
    expect((await health(tokwatt)).warnings).toEqual([]);
    await goesOn(tokwatt, here, SAVED);
  });
});

describe('ledger.db-wal', () => {
  it.each(changes)('%s', async (_how, change) => {
    const here = damaged('killed', 'ledger.db-wal', change);
    const tokwatt = await start(here.dataDir);
    const { warnings, ledger } = await health(tokwatt);
    expect([ledger.status, warnings]).toEqual(['ok', []]);
    // Whole commits are there up to the damage, and what is there is counted once.
    const rows = await allRows(tokwatt);
    const whole = LOGGED.map((_, i) => LOGGED.slice(0, i + 1).reduce((a, b) => a + b, SAVED));
    expect([SAVED, ...whole]).toContain(rows.length);
    await goesOn(tokwatt, here, rows.length);
  });
});
