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
  const number = numberOf(error, said);
  const fail = (name: string, message: string): TokwattError =>
    new TokwattError(name, message, { cause: error });
  if (number !== null && REFUSED.has(number)) {
    return fail(
      'sink-refused',
      `ClickHouse at ${url} refused the user ${username} or its password; ` +
        'set sinks.clickhouse.password or TOKWATT_CLICKHOUSE_PASSWORD.',
    );
  }
  if (number !== null && NO_RIGHTS.has(number)) {
    return fail(
      'sink-rights',
      `ClickHouse lets the user ${username} not do this (${line(said)}); grant it CREATE, SELECT and ` +
        `INSERT on ${database}.*, or name another user in sinks.clickhouse.username.`,
    );
  }
  if (number !== null) return fail('sink-failed', `ClickHouse at ${url} failed: ${line(said)}.`);
  const code = systemCode(error);
  if ((code !== null && /^E[A-Z]+$/.test(code)) || /timeout|hang up/i.test(said)) {
    return fail(
      'sink-unreachable',
      `ClickHouse at ${url} cannot be reached (${code ?? line(said)}); ` +
        'start it, or correct sinks.clickhouse.url.',
    );
  }
  return fail(
    'sink-failed',
    `What answers at ${url} is not ClickHouse's HTTP interface (${line(said)}); ` +
      'correct sinks.clickhouse.url: its port is 8123 by default.',
  );
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
