/** Starts a real PostgreSQL for tests, with its own data and port. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { postgresFolder, postgresObstacle as missing } from '../../scripts/setup/databases.mjs';
import { freePort } from './free-port.ts';

const PATIENCE_MS = 60_000;
const ADMIN = 'postgres';
export const POSTGRES_PASSWORD = 'pg-p4ss word\'"\\';

/** Null if PostgreSQL can be started, else the reason, for `describe.skipIf`. */
export function postgresObstacle(): string | null {
  const reason = missing();
  return reason === null ? null : (process.env.TOKWATT_POSTGRES_REASON ?? reason);
}

export type Row = Readonly<Record<string, unknown>>;

export interface RunningPostgres {
  readonly port: number;
  /** Runs a query as the administrator; 64-bit numbers are returned as strings. */
  query(sql: string, database?: string): Promise<Row[]>;
  /** Starts it again after `stop` or `kill`. */
  start(): Promise<void>;
  /** Stops it like an administrator, which closes all connections. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  dispose(): Promise<void>;
}

/** Starts a server. Its administrator is `postgres` with {@link POSTGRES_PASSWORD}. */
export async function startPostgres(): Promise<RunningPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  initialise(folder, data);
  let child: ChildProcess | null = null;
  const query = (sql: string, database = 'postgres'): Promise<Row[]> => ask(port, database, sql);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child !== null && isRunning(child)) {
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
    }
    child = null;
  };
  const start = async (): Promise<void> => {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      // After a kill, remaining processes may keep the shared memory for a moment.
      if (child === null || !isRunning(child)) child = serve(folder, data, port);
      try {
        await query('SELECT 1');
        return;
      } catch (error) {
        if (Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  const dispose = async (): Promise<void> => {
    await end('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return { port, query, start, stop: () => end('SIGINT'), kill: () => end('SIGKILL'), dispose };
}

/** PostgreSQL refuses to run as root, so it runs as the user of its package. */
function asServerUser(program: string, args: readonly string[]): [string, string[]] {
  const path = join(postgresFolder() ?? '', program);
  if (process.getuid?.() !== 0) return [path, [...args]];
  const user = ['--reuid=postgres', '--regid=postgres', '--init-groups'];
  return ['setpriv', [...user, path, ...args]];
}

function initialise(folder: string, data: string): void {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${POSTGRES_PASSWORD}\n`);
  chmodSync(passwordFile, 0o644);
  chmodSync(folder, 0o777);
  const [command, args] = asServerUser('initdb', [
    ...['-D', data, '-U', ADMIN, '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...['--encoding=UTF8', '--locale=C', '--no-sync'],
  ]);
  execFileSync(command, args, { stdio: 'pipe', cwd: folder });
}

function serve(folder: string, data: string, port: number): ChildProcess {
  const [command, args] = asServerUser('postgres', [
    ...['-D', data, '-p', `${port}`, '-k', folder],
    ...['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c', 'max_connections=30'],
  ]);
  return spawn(command, args, { stdio: 'ignore', cwd: folder });
}

async function ask(port: number, database: string, sql: string): Promise<Row[]> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    database,
    user: ADMIN,
    password: POSTGRES_PASSWORD,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Row>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
