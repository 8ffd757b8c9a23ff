import { bytes } from './columns.ts';
import type { Db } from './database.ts';
import { ENERGY_SPANS } from './device-energy-query.ts';
import type { DeviceEnergyPoint, DeviceEnergyQuery } from './device-energy-query.ts';
import { undeletable } from './failures.ts';
import { HOUR_SPAN, MINUTES_KEPT_DAYS, MINUTE_MS, MINUTE_SPAN } from './series.ts';
import { asNumber, asText } from './sql-values.ts';

const DAY_MS = 86_400_000;

/** Where the energy of a device went within a minute, joules. */
export interface DeviceEnergy {
  /**
   * A number that no other sample of the device has. A batch is sent again if its acknowledgement was
   * lost, and must not be added twice.
   */
  readonly sample: number;
  /** Minutes since 1970. */
  readonly minute: number;
  /** The device's id; `all` for all devices together. */
  readonly device: string;
  readonly attributed: number;
  readonly idle: number;
  /** Null if it is not known apart from `idle`. */
  readonly phantom: number | null;
  readonly other: number;
  /** Milliseconds; null if it is not known. */
  readonly measuredMs: number | null;
}

const SUMS = ['attributed', 'idle', 'phantom', 'other', 'measured_ms'];
const KEYS = ['span', 'at', 'device'];
const ADDED = SUMS.map(
  (name) => `${name} = coalesce(${name} + excluded.${name}, ${name}, excluded.${name})`,
);
const ADD = `ON CONFLICT (${KEYS.join(', ')}) DO UPDATE SET
  ${ADDED.join(', ')}, last_sample = excluded.last_sample
  WHERE last_sample <> excluded.last_sample`;
const COLUMNS = [...KEYS, ...SUMS, 'last_sample'];
const INSERT = `INSERT INTO device_energy (${COLUMNS.join(', ')})
  VALUES (${COLUMNS.map(() => '?').join(', ')}) ${ADD}`;

/** Adds samples to the rows of their minutes. */
export function saveDeviceEnergy(db: Db, samples: readonly DeviceEnergy[]): void {
  for (const { sample, minute, device, ...sums } of samples) {
    const { attributed, idle, phantom, other, measuredMs } = sums;
    const key = [MINUTE_SPAN, minute, device];
    db.run(INSERT, [...key, attributed, idle, phantom, other, measuredMs, sample]);
  }
}

const FIRST = 'SELECT min(at) FROM device_energy WHERE span = ? AND at < ?';

/**
 * Adds the minutes of one old hour up to a row for each device. Returns false if there was nothing
 * to add up.
 */
export function thinDeviceEnergy(db: Db, now: number): boolean {
  const end = hourOf(now - MINUTES_KEPT_DAYS * DAY_MS);
  const oldest = db.number(FIRST, [MINUTE_SPAN, end]);
  if (oldest === null) return false;
  const begin = Math.floor(oldest / HOUR_SPAN) * HOUR_SPAN;
  const range = [MINUTE_SPAN, begin, begin + HOUR_SPAN];
  const where = 'WHERE span = ? AND at >= ? AND at < ?';
  return db.transaction(() => {
    db.run(
      `INSERT INTO device_energy (${COLUMNS.join(', ')})
       SELECT ${HOUR_SPAN}, ${begin}, device, ${SUMS.map(totalOf).join(', ')}, max(last_sample)
       FROM device_energy ${where} GROUP BY device ${ADD}`,
      range,
    );
    db.run(`DELETE FROM device_energy ${where}`, range);
    if (db.number(FIRST, [MINUTE_SPAN, end]) === oldest) throw undeletable('device_energy');
    return true;
  });
}

/** Deletes the rows before a time, some days at once. Returns false if there were none. */
export function dropDeviceEnergy(db: Db, before: number): boolean {
  const end = hourOf(before);
  return [MINUTE_SPAN, HOUR_SPAN].some((span) => {
    const oldest = db.number(FIRST, [span, end]);
    if (oldest === null) return false;
    const until = Math.min(end, oldest + 500 * span);
    db.run('DELETE FROM device_energy WHERE span = ? AND at < ?', [span, until]);
    if (db.number(FIRST, [span, end]) === oldest) throw undeletable('device_energy');
    return true;
  });
}

/** Returns sums by bucket and device, oldest first. Old buckets are an hour wide in any case. */
export function readDeviceEnergy(
  db: Db,
  { from, to, span }: DeviceEnergyQuery,
): DeviceEnergyPoint[] {
  const width = ENERGY_SPANS[span];
  const rows = db.rows(
    `SELECT at / ${width} * ${width} AS bucket, ${bytes('device')}, ${SUMS.map(totalOf).join(', ')}
     FROM device_energy WHERE span IN (${MINUTE_SPAN}, ${HOUR_SPAN}) AND at >= ? AND at < ?
     GROUP BY bucket, device ORDER BY bucket, device`,
    [Math.floor(from / MINUTE_MS / width) * width, Math.ceil(to / MINUTE_MS)],
  );
  return rows.map((row) => {
    const number = (index: number): number | null => asNumber(row[index]);
    return {
      at: (number(0) ?? 0) * MINUTE_MS,
      device: asText(row[1]) ?? '',
      attributedJoules: number(2) ?? 0,
      idleJoules: number(3) ?? 0,
      phantomJoules: number(4),
      otherJoules: number(5) ?? 0,
      measuredMs: number(6),
    };
  });
}

/** The sum of a column; null if no row has a value. */
function totalOf(name: string): string {
  return `iif(count(${name}) > 0, total(${name}), NULL)`;
}

function hourOf(moment: number): number {
  return Math.floor(moment / MINUTE_MS / HOUR_SPAN) * HOUR_SPAN;
}
