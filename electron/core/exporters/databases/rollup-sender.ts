import { localDate } from '../../../../shared/format.ts';
import type { Ledger } from '../../records/ledger/ledger.ts';
import { DIMENSIONS } from '../../records/ledger/query-schemas.ts';
import type { SinkDatabase } from './database.ts';

const DAY_MS = 86_400_000;
/** Days read from the ledger at a time. A year with many names would be a large answer. */
const DAYS_A_STEP = 7;
/** A day before all others. */
export const ALL_DAYS = '0000-01-01';

/** Sends the daily sums from a day on. They replace those sent earlier. */
export async function sendRollups(
  ledger: Ledger,
  database: SinkDatabase,
  fromDay: string,
): Promise<void> {
  const first = fromDay > '1970-01-01' ? Date.parse(fromDay) : await oldestDay(ledger);
  if (first === null) return;
  // Days in the future exist if the clock was set back. The last step includes all of them.
  for (let at = first; ; at += DAYS_A_STEP * DAY_MS) {
    const isLast = at + DAYS_A_STEP * DAY_MS > Date.now() + DAY_MS;
    const days = {
      fromDay: isoDay(at),
      ...(isLast ? {} : { toDay: isoDay(at + (DAYS_A_STEP - 1) * DAY_MS) }),
    };
    // With zeros for names whose sums were moved: they may have been sent under them before.
    const rows = await ledger.rollups({ ...days, by: [...DIMENSIONS], emptied: true });
    for (let sent = 0; sent < rows.length; sent += database.batchRows) {
      await database.putRollups(rows.slice(sent, sent + database.batchRows));
    }
    if (isLast) return;
  }
}

/** The earlier of two days; null means no day. */
export function earlier(day: string | null, completedAt: number): string {
  const other = localDate(completedAt);
  return day === null || other < day ? other : day;
}

async function oldestDay(ledger: Ledger): Promise<number | null> {
  return (await ledger.storageSummary()).rollups.oldest;
}

function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
