import { sentence } from '../../../../shared/sentences.ts';
import type { Sentence } from '../../../../shared/sentences.ts';
import type { PostgresSettings } from '../../../../shared/sinks.ts';
import { TokwattError, systemCode } from '../../errors.ts';

interface Failure {
  readonly code: string;
  readonly said: string;
  /** Host and port. */
  readonly server: string;
  readonly settings: PostgresSettings;
}

interface Explanation {
  readonly name: string;
  readonly applies: (failure: Failure) => boolean;
  readonly message: (failure: Failure) => Sentence;
}

/** Explanations by PostgreSQL's SQLSTATE (Appendix A). The first that applies is used. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'sink-refused',
    applies: ({ code, said }) => code === '28P01' || code === '28000' || said.startsWith('SASL'),
    message: ({ server, settings: { username } }) =>
      sentence('postgres_refused', { server, username }),
  },
  {
    name: 'sink-database',
    applies: ({ code }) => code === '3D000',
    message: ({ server, settings: { database, username } }) => {
      const command = `CREATE DATABASE "${database}" OWNER "${username}"`;
      return sentence('postgres_no_database', { server, database, command });
    },
  },
  {
    name: 'sink-rights',
    applies: ({ code }) => code === '42501',
    message: ({ said, settings: { database, username, schema } }) => {
      const command = `GRANT CREATE ON DATABASE "${database}" TO "${username}"`;
      return sentence('postgres_rights', { username, reason: line(said), command, schema });
    },
  },
  {
    name: 'sink-tls',
    applies: ({ said }) => said.includes('does not support SSL'),
    message: ({ server }) => sentence('postgres_no_tls', { server }),
  },
  {
    name: 'sink-unreachable',
    applies: ({ code, said }) => isUnreachable(code, said),
    message: ({ code, said, server }) =>
      sentence('postgres_unreachable', { server, reason: code === '' ? line(said) : code }),
  },
];

/** An error message with the problem and the remedy. It never contains the password. */
export function explainPostgres(error: unknown, settings: PostgresSettings): TokwattError {
  const said = error instanceof Error ? error.message : String(error);
  const server = `${settings.host}:${settings.port}`;
  const failure: Failure = { code: systemCode(error) ?? '', said, server, settings };
  const found = EXPLANATIONS.find(({ applies }) => applies(failure));
  const message = found?.message(failure);
  return new TokwattError(
    found?.name ?? 'sink-failed',
    message ?? sentence('postgres_failed', { server, reason: line(said) }),
    { cause: error },
  );
}

/** True also while the server starts or stops (class 57P). */
function isUnreachable(code: string, said: string): boolean {
  return /^E[A-Z]+$/.test(code) || code.startsWith('57P') || /timeout|terminated/i.test(said);
}

function line(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 200);
}
