import type { PostgresSettings } from '../../../../shared/sinks.ts';
import { TokwattError, systemCode } from '../../errors.ts';

interface Failure {
  readonly code: string;
  readonly said: string;
  readonly settings: PostgresSettings;
}

interface Explanation {
  readonly name: string;
  readonly applies: (failure: Failure) => boolean;
  readonly message: (failure: Failure) => string;
}

/** Explanations by PostgreSQL's SQLSTATE (Appendix A). The first that applies is used. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'sink-refused',
    applies: ({ code, said }) => code === '28P01' || code === '28000' || said.startsWith('SASL'),
    message: ({ settings: { host, port, username } }) =>
      `PostgreSQL at ${host}:${port} refused the user ${username} or its password; ` +
      'set sinks.postgres.password or TOKWATT_POSTGRES_PASSWORD.',
  },
  {
    name: 'sink-database',
    applies: ({ code }) => code === '3D000',
    message: ({ settings: { host, port, database, username } }) =>
      `PostgreSQL at ${host}:${port} has no database ${database}; make it with ` +
      `CREATE DATABASE "${database}" OWNER "${username}".`,
  },
  {
    name: 'sink-rights',
    applies: ({ code }) => code === '42501',
    message: ({ said, settings: { database, username, schema } }) =>
      `PostgreSQL lets the user ${username} not do this (${line(said)}); GRANT CREATE ON DATABASE ` +
      `"${database}" TO "${username}", or make it the owner of the schema ${schema}.`,
  },
  {
    name: 'sink-tls',
    applies: ({ said }) => said.includes('does not support SSL'),
    message: ({ settings: { host, port } }) =>
      `PostgreSQL at ${host}:${port} has no TLS; set sinks.postgres.tls off.`,
  },
  {
    name: 'sink-unreachable',
    applies: ({ code, said }) => isUnreachable(code, said),
    message: ({ code, said, settings: { host, port } }) =>
      `PostgreSQL at ${host}:${port} cannot be reached (${code === '' ? line(said) : code}); ` +
      'start it, or correct sinks.postgres.host and port.',
  },
];

/** An error message with the problem and the remedy. It never contains the password. */
export function explainPostgres(error: unknown, settings: PostgresSettings): TokwattError {
  const said = error instanceof Error ? error.message : String(error);
  const failure: Failure = { code: systemCode(error) ?? '', said, settings };
  const found = EXPLANATIONS.find(({ applies }) => applies(failure));
  const other = `PostgreSQL at ${settings.host}:${settings.port} failed: ${line(said)}.`;
  return new TokwattError(found?.name ?? 'sink-failed', found?.message(failure) ?? other, {
    cause: error,
  });
}

/** True also while the server starts or stops (class 57P). */
function isUnreachable(code: string, said: string): boolean {
  return /^E[A-Z]+$/.test(code) || code.startsWith('57P') || /timeout|terminated/i.test(said);
}

function line(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 200);
}
