import type { Api } from '../../client/api.ts';
import type { AnswerRow } from './types.ts';

/** When a row is read again until its energy is known, milliseconds after the time before. */
const ROW_STEPS_MS = [0, 1_500, 2_500, 4_000];
/** When a stopped chat is asked for its row. */
const STOPPED_STEPS_MS = [100, 400, 1_000, 2_000];

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Reads the row of an answer, and again until the energy has been measured or will not be. Figures
 * are no reason to fail: without an answer of the API there are none.
 */
export async function followRow(
  api: Api,
  exchangeId: number,
  onRow: (row: AnswerRow) => void,
): Promise<void> {
  for (const step of ROW_STEPS_MS) {
    await sleep(step);
    const row = await api.get<AnswerRow>(`/activity/${exchangeId}`).catch(() => null);
    if (row === null) continue;
    onRow(row);
    if (row.energyJoules !== null) return;
  }
}

/** The row of a chat that was stopped or failed; null if it has none. */
export async function rowOfStopped(api: Api, requestId: string): Promise<number | null> {
  for (const step of STOPPED_STEPS_MS) {
    await sleep(step);
    const found = await api
      .get<{ readonly exchangeId: number | null }>(`/chat/${requestId}`)
      .catch(() => null);
    if (found !== null && found.exchangeId !== null) return found.exchangeId;
  }
  return null;
}
