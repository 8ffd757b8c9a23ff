// @ts-check
/** A ledger of a busy month, made by the ledger's own writer and kept for the next run. */
import { createHash } from 'node:crypto';
import { copyFileSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../ledger-parts.mjs';
import { randomness, row } from '../ledger-rows.mjs';
import { startTokwatt } from '../processes.mjs';

/**
 * @typedef {import('../ledger-parts.mjs').Parts} Parts
 * @typedef {import('../../electron/core/records/ledger/append.ts').AppendInput} AppendInput
 * @typedef {import('../../shared/gpu.ts').GpuReading} GpuReading
 */

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const DAYS = 30;
/** The last minutes of an older ledger are so long ago that the pages would show nothing of them. */
const FRESH_MS = 6 * 60 * MINUTE_MS;
/** Rows of one transaction. */
const BATCH = 20_000;
/** The GPU of the scripted `nvidia-smi`. */
const GPU = 'GPU-7';
/** The last one is written when the others are complete. */
const FILES = ['ledger.db', 'totals.json'];

/**
 * Copies a ledger with this many exchanges in the last 30 days, and their totals, into a folder. They are made once in
 * some hours and kept in the system's folder for temporary files.
 * @param {string} folder
 * @param {{ rows: number, script: string, say: (line: string) => void }} options
 * @param {string} upstream
 */
export async function putLedger(folder, { rows, script, say }, upstream) {
  const { parts } = await bundle();
  const kept = join(tmpdir(), `tokwatt-bench-ledger-${fingerprint(parts, rows)}`);
  const done = join(kept, FILES.at(-1) ?? '');
  if (!existsSync(done) || Date.now() - statSync(done).mtimeMs > FRESH_MS) {
    say(`a ledger of ${rows} exchanges is made, once in ${FRESH_MS / 3_600_000} hours: ${kept}`);
    rmSync(kept, { recursive: true, force: true });
    mkdirSync(kept, { recursive: true });
    fill(parts, join(kept, 'ledger.db'), rows);
    say('its totals are counted');
    // A first start counts them, and the end writes them.
    const tokwatt = await startTokwatt(upstream, { script, hasGpu: true, dataDir: kept });
    await tokwatt.stop();
  }
  for (const name of FILES) {
    copyFileSync(join(kept, name), join(folder, name), constants.COPYFILE_FICLONE);
  }
}

/**
 * Tells apart ledgers of other rows or another form.
 * @param {Parts} parts @param {number} count
 */
function fingerprint(parts, count) {
  const hash = createHash('sha256').update(`${count} ${parts.MIGRATIONS.length}`);
  for (const name of ['./ledger.mjs', '../ledger-rows.mjs']) {
    hash.update(readFileSync(fileURLToPath(new URL(name, import.meta.url))));
  }
  return hash.digest('hex').slice(0, 12);
}

/** @param {Parts} parts @param {string} file @param {number} count */
function fill(parts, file, count) {
  const end = Date.now();
  const { db } = parts.openFile(file, end);
  // The file is thrown away if this process does not finish it.
  db.exec('PRAGMA synchronous = OFF');
  db.exec('PRAGMA cache_size = -400000');
  const names = new parts.NameWriter(db);
  const random = randomness(7);
  for (let id = 1; id <= count;) {
    const rows = [];
    for (; rows.length < BATCH && id <= count; id++) {
      rows.push(parts.flatten(row(id, random, end, count)));
    }
    parts.append(db, names, { rows, peaks: [], gpu: [] });
  }
  parts.append(db, names, { rows: [], peaks: [], ...readings(end) });
  while (parts.thinGpuSamples(db, end));
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

/**
 * A reading of the GPU each minute, and each three seconds of the last day, with its energy; metering was on all the time.
 * @param {number} end
 * @returns {Omit<AppendInput, 'rows' | 'peaks'>}
 */
function readings(end) {
  const gpu = [];
  for (let at = end - DAYS * DAY_MS; at < end; at += at < end - DAY_MS ? MINUTE_MS : 3_000) {
    gpu.push({ at, gpus: [reading(at)] });
  }
  const first = Math.floor((end - DAYS * DAY_MS) / MINUTE_MS);
  const energy = Array.from({ length: DAYS * 1_440 }, (_, n) => ({
    ...{ sample: n + 1, minute: first + n, device: GPU, measuredMs: MINUTE_MS },
    ...{ attributed: 4_000 + 30 * (n % 60), idle: 900, phantom: 300, other: n % 7 === 0 ? 200 : 0 },
  }));
  return { gpu, energy, metering: [{ began: end - DAYS * DAY_MS, ended: end }] };
}

/** @param {number} at @returns {GpuReading} */
function reading(at) {
  const load = 0.5 + 0.5 * Math.sin(at / 4_000_000);
  const noise = (at / 1_000) % 9;
  return {
    ...{ index: 0, id: GPU, name: 'NVIDIA L4', vendor: 'nvidia' },
    utilizationPercent: Math.round(load * 90 + noise),
    memoryUsedBytes: 4e9 + load * 12e9,
    ...{ memoryTotalBytes: 24e9, temperatureC: 38 + load * 30 + noise / 3 },
    ...{ powerW: 20 + load * 220 + noise, powerLimitW: 300 },
  };
}
