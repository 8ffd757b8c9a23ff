import type { Db } from './database.ts';
import {
  DEVICE_ENERGY_SQL,
  ENERGY_PARTS_SQL,
  ENERGY_SUMS_SQL,
  OTHER_WORK_SQL,
} from './energy-schema.ts';
import { EPISODE_SQL } from './episodes.ts';
import { HISTORY_SQL } from './history-schema.ts';
import { INSIGHT_SQL } from './insights.ts';
import {
  ACTIVITY_SQL,
  CAPTURES_SQL,
  CHARTS_SQL,
  COUNTED_MODEL_SQL,
  COUNTS_SQL,
  ESTIMATE_ERRORS_SQL,
  EVIDENCE_SQL,
  FIRST_TEXT_SQL,
  GPU_RANGES_SQL,
  HOPS_SQL,
} from './schema.ts';
import { PROCESS_SQL } from './process-schema.ts';
import { SESSIONS_SQL } from './session-schema.ts';

/** `Tokw`: the application id of the file, so that other databases are not taken for a ledger. */
export const APPLICATION_ID = 0x546f6b77;

/**
 * One migration. Its position in the list is the version that it creates. Never change a released
 * one.
 */
export interface Migration {
  readonly name: string;
  readonly up: (db: Db) => void;
}

export const MIGRATIONS: readonly Migration[] = [
  { name: 'activity', up: (db) => db.exec(ACTIVITY_SQL) },
  { name: 'charts', up: (db) => db.exec(CHARTS_SQL) },
  { name: 'captures', up: (db) => db.exec(CAPTURES_SQL) },
  { name: 'counts', up: (db) => db.exec(COUNTS_SQL) },
  { name: 'evidence', up: (db) => db.exec(EVIDENCE_SQL) },
  { name: 'hops', up: (db) => db.exec(HOPS_SQL) },
  { name: 'first text', up: (db) => db.exec(FIRST_TEXT_SQL) },
  { name: 'counted model', up: (db) => db.exec(COUNTED_MODEL_SQL) },
  { name: 'estimate errors', up: (db) => db.exec(ESTIMATE_ERRORS_SQL) },
  { name: 'energy parts', up: (db) => db.exec(ENERGY_PARTS_SQL) },
  { name: 'energy sums', up: (db) => db.exec(ENERGY_SUMS_SQL) },
  { name: 'device energy', up: (db) => db.exec(DEVICE_ENERGY_SQL) },
  { name: 'GPU ranges', up: (db) => db.exec(GPU_RANGES_SQL) },
  { name: 'insights', up: (db) => db.exec(INSIGHT_SQL) },
  { name: 'other work', up: (db) => db.exec(OTHER_WORK_SQL) },
  { name: 'episodes', up: (db) => db.exec(EPISODE_SQL) },
  { name: 'sessions', up: (db) => db.exec(SESSIONS_SQL) },
  { name: 'history', up: (db) => db.exec(HISTORY_SQL) },
  { name: 'client processes', up: (db) => db.exec(PROCESS_SQL) },
];

/**
 * Migrates a file to the newest version, with one transaction for each step. A failed step leaves
 * the file at the previous version.
 */
export function migrate(db: Db, migrations: readonly Migration[] = MIGRATIONS): void {
  const version = db.number('PRAGMA user_version') ?? 0;
  migrations.slice(version).forEach((migration, index) => {
    db.transaction(() => {
      migration.up(db);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      db.exec(`PRAGMA user_version = ${version + index + 1}`);
    });
  });
}
