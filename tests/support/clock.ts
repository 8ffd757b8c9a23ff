/** A system clock that a test sets under a running program, which sees it jump at once. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faketimeLibrary, faketimeObstacle, preload } from '../../scripts/setup/faketime.mjs';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Null where clocks can be set for a program; else why not, for `describe.skipIf`. */
export function clockObstacle(): string | null {
  return process.env.TOKWATT_FAKETIME_REASON ?? faketimeObstacle();
}

export interface SettableClock {
  /** For the program that is to go by this clock. */
  readonly env: Readonly<Record<string, string>>;
  /** What it shows, in Unix milliseconds; the program's own differs by less than a second. */
  now(): number;
  /** Sets it to a moment, in Unix milliseconds; it goes on from there at its usual pace. */
  set(unixMs: number): void;
  remove(): void;
}

/** A clock that shows the real time until it is set. Programs share it when they share `env`. */
export function settableClock(zone: string): SettableClock {
  const library = faketimeLibrary();
  if (library === null) throw new Error(faketimeObstacle() ?? 'libfaketime is missing');
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-clock-'));
  const file = join(folder, 'offset');
  let offsetMs = 0;
  const set = (unixMs: number): void => {
    const seconds = Math.round((unixMs - Date.now()) / 1_000);
    offsetMs = seconds * 1_000;
    // The program reads it each time it asks for the time: it must be whole at any moment.
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
