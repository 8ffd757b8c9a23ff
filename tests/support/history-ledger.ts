/** A ledger of three weeks for the history page: groups, errors, energy, readings of a GPU, and a pause. */
import { join } from 'node:path';
import { append } from '../../electron/core/records/ledger/append.ts';
import { saveMeteringSpans } from '../../electron/core/records/ledger/metering-spans.ts';
import { NameWriter } from '../../electron/core/records/ledger/names.ts';
import { openFile } from '../../electron/core/records/ledger/open-file.ts';
import { flatten } from '../../electron/core/records/ledger/rows.ts';
import type { GpuReading } from '../../shared/gpu.ts';
import type { ActivityRecord } from '../../shared/usage.ts';
import { activityRecord } from './records.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAYS = 21;
const STEP = 20 * MINUTE;
const BATCH = 200;
const MODELS = ['qwen3:8b', 'gpt-oss:20b', 'mistral-small:24b-instruct-2501-q4_K_M', null];
const APPLICATIONS = ['Open WebUI', 'curl', null];

/** Writes it into a data folder. Metering was off from six to nine hours before `now`. */
export function seedHistory(folder: string, now: number): void {
  const { db } = openFile(join(folder, 'ledger.db'), now);
  const names = new NameWriter(db);
  const records = recordsUntil(now);
  for (let begin = 0; begin < records.length; begin += BATCH) {
    const rows = records.slice(begin, begin + BATCH).map(flatten);
    append(db, names, { rows, peaks: [], gpu: [] });
  }
  append(db, names, { rows: [], peaks: [], gpu: readingsUntil(now) });
  saveMeteringSpans(db, [
    { began: now - DAYS * DAY, ended: now - 9 * HOUR },
    { began: now - 6 * HOUR, ended: now },
  ]);
  db.close();
}

function isOff(at: number, now: number): boolean {
  return at > now - 9 * HOUR && at < now - 6 * HOUR;
}

function recordsUntil(now: number): ActivityRecord[] {
  const times = Array.from({ length: (DAYS * DAY) / STEP }, (_, n) => now - DAYS * DAY + n * STEP);
  return times
    .filter((at) => !isOff(at, now) && new Date(at).getHours() >= 7)
    .map((completedAt, n) => recordAt(completedAt, n));
}

function recordAt(completedAt: number, n: number): ActivityRecord {
  const base = activityRecord();
  const speed = 30 + 12 * Math.sin(n / 40) + (n % 7);
  return activityRecord({
    ...{ id: n + 1, startedAt: completedAt - 4_000, completedAt },
    ...{ model: MODELS[n % 5 === 4 ? 3 : n % 3] ?? null, energyJoules: 900 + (n % 11) * 40 },
    ...(n % 29 === 0 && { error: 'upstream_died' as const }),
    usage: { ...base.usage, inputTokens: 200 + ((n * 97) % 4_000), outputTokens: 80 + (n % 300) },
    rates: { ...base.rates, outputTokensPerSecond: speed },
    timing: { ...base.timing, timeToFirstTokenMs: 180 + ((n * 37) % 700) },
    client: { ...base.client, application: APPLICATIONS[n % 3] ?? null },
  });
}

function readingsUntil(now: number): { at: number; gpus: GpuReading[] }[] {
  return Array.from({ length: (DAY / MINUTE) * 2 }, (_, n) => now - (n + 1) * MINUTE)
    .reverse()
    .filter((at) => !isOff(at, now))
    .map((at, n) => ({ at, gpus: [reading(60 + 140 * Math.abs(Math.sin(n / 90)) + (n % 9))] }));
}

function reading(powerW: number): GpuReading {
  return {
    ...{ index: 0, id: 'GPU-0', name: 'A card', vendor: 'nvidia', utilizationPercent: 40 },
    ...{ memoryUsedBytes: 8e9, memoryTotalBytes: 24e9, temperatureC: 55 },
    ...{ powerW, powerLimitW: 350 },
  };
}
