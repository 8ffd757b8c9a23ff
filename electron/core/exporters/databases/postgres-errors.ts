import type { PostgresSettings } from '../../../../shared/sinks.ts';
import { TokwattError, systemCode } from '../../errors.ts';

const WRONG_PASSWORD = new Set(['28P01', '28000']);

/** A failure in words: what is wrong and what to do. No password is in any of them. */
export function explainPostgres(error: unknown, settings: PostgresSettings): TokwattError {
  const { host, port, database, username, schema } = settings;
  const said = error instanceof Error ? error.message : String(error);
  const code = systemCode(error) ?? '';
  const fail = (name: string, message: string): TokwattError =>
    new TokwattError(name, message, { cause: error });
  if (WRONG_PASSWORD.has(code) || said.startsWith('SASL')) {
    return fail(
      'sink-refused',
      `PostgreSQL at ${host}:${port} refused the user ${username} or its password; ` +
        'set sinks.postgres.password or TOKWATT_POSTGRES_PASSWORD.',
    );
  }
  if (code === '3D000') {
    return fail(
      'sink-database',
      `PostgreSQL at ${host}:${port} has no database ${database}; make it with ` +
        `CREATE DATABASE "${database}" OWNER "${username}".`,
    );
  }
  if (code === '42501') {
    return fail(
      'sink-rights',
      `PostgreSQL lets the user ${username} not do this (${line(said)}); GRANT CREATE ON DATABASE ` +
        `"${database}" TO "${username}", or make it the owner of the schema ${schema}.`,
    );
  }
  if (said.includes('does not support SSL')) {
    return fail(
      'sink-tls',
      `PostgreSQL at ${host}:${port} has no TLS; set sinks.postgres.tls off.`,
    );
  }
  if (isUnreachable(code, said)) {
    return fail(
      'sink-unreachable',
      `PostgreSQL at ${host}:${port} cannot be reached (${code === '' ? line(said) : code}); ` +
        'start it, or correct sinks.postgres.host and port.',
    );
  }
  return fail('sink-failed', `PostgreSQL at ${host}:${port} failed: ${line(said)}.`);
}

/** Also while it starts and stops (class 57P). */
function isUnreachable(code: string, said: string): boolean {
  return /^E[A-Z]+$/.test(code) || code.startsWith('57P') || /timeout|terminated/i.test(said);
}

function line(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 200);
}
