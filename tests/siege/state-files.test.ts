/** Every file of the data folder but the ledger: cut at every length, and with flipped bits. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Conf from 'conf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokwattError } from '../../electron/core/errors.ts';
import { isTotalsDocument } from '../../electron/core/records/totals/checkpoint.ts';
import { resolveConfig } from '../../electron/core/startup/config.ts';
import { storedSecret } from '../../electron/core/startup/secret-file.ts';
import { openStateStore } from '../../electron/core/startup/state-store.ts';
import { chats } from '../support/chats.ts';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

/** Flipped bits in all; `TOKWATT_STATE_FLIPS=10000` for a long siege, `TOKWATT_FLIP_SEED` for the same ones again. */
const FLIPS = Number(process.env.TOKWATT_STATE_FLIPS ?? 200);
const SEED = Number(process.env.TOKWATT_FLIP_SEED ?? Math.floor(Math.random() * 1e9));
/** Files up to this size are cut at every length, larger ones at so many lengths. */
const EVERY = 600;
const HOUR = Math.floor(Date.UTC(2026, 10, 20, 12) / 3_600_000);

/** Documents that the program writes only after something rare. Each is in the form of its reader. */
const RARE: Readonly<Record<string, object>> = {
  takeovers: {
    takeovers: [{ port: 11_434, serverPort: 11_500, installation: 'process', proxyPort: 11_435 }],
  },
  insights: { dismissed: [{ kind: 'phantom_load', subject: 'box', until: null }] },
  'power-limits': {
    answers: [
      {
        at: 1,
        gpu: 'GPU-0',
        upstream: 'box',
        model: 'm',
        limitW: 300,
        powerW: 250,
        tokensPerSecond: 40,
      },
    ],
  },
  'model-loads': {
    hours: [
      {
        hour: HOUR,
        upstream: 'box',
        model: 'm',
        loads: 1,
        swaps: 0,
        timedLoads: 1,
        waitedMs: 5,
        displaced: [],
      },
    ],
  },
  'hourly-prices': { series: [{ key: 'file', from: HOUR, prices: [0.1, null, 0.3] }] },
  pulls: {
    pulls: [
      {
        ...{
          id: 'p1',
          upstream: 'box',
          model: 'm',
          insecure: false,
          status: 'done',
          words: 'success',
        },
        ...{ completedBytes: 5, totalBytes: 5, startedAt: 1, endedAt: 2, error: null },
      },
    ],
  },
};

/** What reads the documents. */
const READERS = [
  ...['/api/health', '/api/usage', '/api/settings', '/api/clients', '/api/budgets'],
  `/api/cost?from=${HOUR * 3_600_000}&to=${(HOUR + 1) * 3_600_000}`,
  ...['/api/prices', '/api/insights', '/api/insights/dismissed', '/api/models/pulls'],
  ...['/api/models/repository', '/api/models/overview', '/api/takeovers', '/api/exporters'],
];

let upstream: RecordedUpstream;
let folder: string;
let whole: string;

const documents = (dataDir: string): string[] =>
  readdirSync(dataDir).filter((name) => /^[a-z-]+\.json$/.test(name));

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-state-'));
  whole = join(folder, 'whole');
  mkdirSync(whole);
  const settings = {
    upstreams: [{ name: 'box', url: upstream.url }],
    cost: { currency: 'EUR', tariff: { price: 0.3 } },
    reporter: { url: 'http://127.0.0.1:9/' },
  };
  writeFileSync(join(whole, 'settings.json'), JSON.stringify(settings, null, 2));
  const tokwatt = await startHeadless({ dataDir: whole, args: ['--log-level', 'error'] });
  await chats(tokwatt, 5);
  await ask(tokwatt, 'PUT', '/api/clients/application/Zed', { label: 'Editor', colour: null });
  await ask(tokwatt, 'POST', '/api/models/repository', { model_name: 'a/b:1', tags: ['x'] });
  await ask(tokwatt, 'PATCH', '/api/settings', {
    upstreams: [{ ...settings.upstreams[0], api_key: 'sk-secret' }],
  });
  const prices = { 'a/b': { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 } };
  await ask(tokwatt, 'POST', '/api/prices/import', prices);
  await tokwatt.stop();
  for (const [name, document] of Object.entries(RARE)) {
    writeFileSync(join(whole, `${name}.json`), JSON.stringify(document));
  }
});
afterAll(async () => {
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

function open(dataDir: string): ReturnType<typeof openStateStore> {
  return openStateStore(
    dataDir,
    (configName, cwd) => new Conf({ configName, cwd, projectName: 'tokwatt' }),
    isTotalsDocument,
  );
}

/** mulberry32, so that a run can be had again. */
function randomness(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function flipped(bytes: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(random() * copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  return copy;
}

/** A data folder of its own with documents as they are, or changed. */
function folderWith(name: string, change: (file: string, bytes: Buffer) => Buffer): string {
  const dataDir = join(folder, name);
  mkdirSync(dataDir);
  for (const file of documents(whole)) {
    writeFileSync(join(dataDir, file), change(file, readFileSync(join(whole, file))));
  }
  return dataDir;
}

/** The lengths at which a file is cut: all of a small one. */
function lengths(size: number): number[] {
  const step = Math.max(1, size / EVERY);
  return Array.from({ length: Math.min(size, EVERY) }, (_, n) => Math.floor(n * step));
}

describe('a state file that is cut', () => {
  it(
    'is set aside as it is, whatever its length, and the others are read',
    { timeout: 240_000 },
    () => {
      const names = documents(whole);
      expect(names).toEqual(
        expect.arrayContaining(['settings.json', 'totals.json', 'api-keys.json']),
      );
      expect(names.length).toBeGreaterThanOrEqual(12);
      const dataDir = folderWith('cut', (_file, bytes) => bytes);
      for (const name of names) {
        const path = join(dataDir, name);
        const bytes = readFileSync(path);
        for (const length of lengths(bytes.length)) {
          const part = bytes.subarray(0, length);
          writeFileSync(path, part);
          const { warnings } = open(dataDir);
          const aside = readdirSync(dataDir).find((each) => each.includes('.corrupt-'));
          if (aside === undefined) {
            // Only the space behind the document is missing.
            expect([name, length, JSON.parse(part.toString())]).toEqual([
              name,
              length,
              JSON.parse(bytes.toString()),
            ]);
            continue;
          }
          expect([name, length, warnings.length]).toEqual([name, length, 1]);
          expect(readFileSync(join(dataDir, aside)).equals(part)).toBe(true);
          rmSync(join(dataDir, aside));
        }
        writeFileSync(path, bytes);
      }
    },
  );

  it.each(['api-token', 'hop-key'])('is made anew if it is the secret %s', (name) => {
    const path = join(folder, name);
    const secret = readFileSync(join(whole, name), 'utf8');
    for (let length = 0; length < secret.length; length += 1) {
      writeFileSync(path, secret.slice(0, length));
      const made = storedSecret(path);
      // Without the line's end it is the same secret.
      expect(made === secret.trim()).toBe(length === secret.length - 1);
      expect(readFileSync(path, 'utf8').trim()).toBe(made);
    }
  });
});

describe('a flipped bit', () => {
  it(`in settings.json is a setting, a warning or one sentence (seed ${SEED})`, () => {
    const random = randomness(SEED);
    for (let n = 0; n < FLIPS; n += 1) {
      const dataDir = folderWith(`settings-${n}`, (file, bytes) =>
        file === 'settings.json' ? flipped(bytes, random) : bytes,
      );
      try {
        resolveConfig({ upstreams: [], logLevel: 'info' }, open(dataDir).settings.read(), dataDir);
      } catch (error) {
        expect(error).toBeInstanceOf(TokwattError);
        expect((error as TokwattError).message).toMatch(/settings\.json/);
      }
      rmSync(dataDir, { recursive: true });
    }
  });

  it(
    `in each other file keeps nothing from working (seed ${SEED})`,
    { timeout: 3_600_000 },
    async () => {
      const random = randomness(SEED + 1);
      const files = documents(whole).filter((name) => name !== 'settings.json');
      const folders = Array.from({ length: Math.ceil(FLIPS / files.length) }, (_, n) =>
        folderWith(`flips-${n}`, (file, bytes) =>
          file === 'settings.json' ? bytes : flipped(bytes, random),
        ),
      );
      const lane = async (): Promise<void> => {
        for (let next = folders.shift(); next !== undefined; next = folders.shift()) {
          await use(next);
        }
      };
      await Promise.all([lane(), lane()]);
    },
  );
});

/** Starts a program on a folder, reads all that it has, meters a request and ends it. */
async function use(dataDir: string): Promise<void> {
  const tokwatt = await startHeadless({ dataDir, args: ['--log-level', 'error'] });
  for (const path of READERS) {
    const { status } = await call(tokwatt, 'GET', path);
    expect([dataDir, path, status]).toEqual([dataDir, path, 200]);
  }
  await chats(tokwatt, 1);
  await tokwatt.activity(1);
  expect(await tokwatt.stop()).toBe(0);
  rmSync(dataDir, { recursive: true });
}
