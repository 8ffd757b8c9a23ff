/** A system clock that a test can change under a running program, which sees the change at once. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faketimeLibrary, faketimeObstacle, preload } from '../../scripts/setup/faketime.mjs';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Null if this machine supports it, else the reason, for `describe.skipIf`. */
export function clockObstacle(): string | null {
  return process.env.TOKWATT_FAKETIME_REASON ?? faketimeObstacle();
}

export interface SettableClock {
  /** Environment of the program that shall use this clock. */
  readonly env: Readonly<Record<string, string>>;
  /** The clock's time, Unix milliseconds. The program's own time differs by less than a second. */
  now(): number;
  /** Sets the clock to Unix milliseconds. It continues from there at normal speed. */
  set(unixMs: number): void;
  remove(): void;
}

/** A clock with the real time until it is set. Programs with the same `env` share it. */
export function settableClock(zone: string): SettableClock {
  const library = faketimeLibrary();
  if (library === null) throw new Error(faketimeObstacle() ?? 'libfaketime is missing');
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-clock-'));
  const file = join(folder, 'offset');
  let offsetMs = 0;
  const set = (unixMs: number): void => {
    const seconds = Math.round((unixMs - Date.now()) / 1_000);
    offsetMs = seconds * 1_000;
    // The program reads the file whenever it needs the time, so the file is replaced atomically.
    writeFileSync(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(`${file}.new`, file);
  };
  set(Date.now());
  return {
    env: { ...preload(library), FAKETIME_TIMESTAMP_FILE: file, TZ: zone },
    now: () => Date.now() + offsetMs,
    set,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
