import { sentence } from '../../../../shared/sentences.ts';
import type { Sentence } from '../../../../shared/sentences.ts';
import type { ClickhouseSettings } from '../../../../shared/sinks.ts';
import { TokwattError, systemCode } from '../../errors.ts';

/** ClickHouse's codes for an unknown user, a wrong password, and (since 20.5) either of them. */
const REFUSED = new Set([192, 193, 194, 516]);
/** Codes for a read-only user and for a database or statement that is not allowed. */
const NO_RIGHTS = new Set([164, 291, 497]);

/** An error message with the problem and the remedy. It never contains the password. */
export function explainClickhouse(error: unknown, settings: ClickhouseSettings): TokwattError {
  const { url, database, username } = settings;
  const said = error instanceof Error ? error.message : String(error);
  const reason = line(said);
  const number = numberOf(error, said);
  const fail = (name: string, message: Sentence): TokwattError =>
    new TokwattError(name, message, { cause: error });
  if (number !== null && REFUSED.has(number)) {
    return fail('sink-refused', sentence('clickhouse_refused', { url, username }));
  }
  if (number !== null && NO_RIGHTS.has(number)) {
    return fail('sink-rights', sentence('clickhouse_rights', { username, reason, database }));
  }
  if (number !== null) return fail('sink-failed', sentence('clickhouse_failed', { url, reason }));
  const code = systemCode(error);
  if ((code !== null && /^E[A-Z]+$/.test(code)) || /timeout|hang up/i.test(said)) {
    const why = { url, reason: code ?? reason };
    return fail('sink-unreachable', sentence('clickhouse_unreachable', why));
  }
  return fail('sink-failed', sentence('clickhouse_other', { url, reason }));
}

/**
 * Errors of newer servers are parsed and have a text `code`; those of older ones are plain text.
 */
function numberOf(error: unknown, said: string): number | null {
  const parsed = Number(systemCode(error) ?? NaN);
  if (Number.isInteger(parsed)) return parsed;
  const found = /\bCode: (\d+)/.exec(said)?.[1];
  return found === undefined ? null : Number(found);
}

function line(text: string): string {
  return (text.split('\n', 1)[0] ?? '')
    .replace(/Code: \d+[.,]\s*|e\.displayText\(\) = |DB::Exception: |, e\.what\(\).*/g, '')
    .slice(0, 200);
}
