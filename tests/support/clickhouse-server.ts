/** Starts a real ClickHouse for tests, with its own data and ports. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clickhouseObstacle as missing } from '../../scripts/setup/databases.mjs';
import { freePort } from './free-port.ts';
import type { Row } from './postgres-server.ts';

const PATIENCE_MS = 60_000;
export const CLICKHOUSE_PASSWORD = 'ch-p4ss word';

/** Null if ClickHouse can be started, else the reason, for `describe.skipIf`. */
export function clickhouseObstacle(): string | null {
  const reason = missing();
  return reason === null ? null : (process.env.TOKWATT_CLICKHOUSE_REASON ?? reason);
}

export interface RunningClickhouse {
  readonly url: string;
  /** The rows of an answer, with 64-bit numbers as strings. Empty for a statement without rows. */
  query(sql: string): Promise<Row[]>;
  /** Starts it again after `stop` or `kill`. */
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Starts a server. Its user `default` has {@link CLICKHOUSE_PASSWORD}; `readonly` may only read.
 */
export async function startClickhouse(): Promise<RunningClickhouse> {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-clickhouse-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(join(folder, 'config.xml'), config(folder, port, await freePort()));
  writeFileSync(join(folder, 'users.xml'), USERS);
  let child: ChildProcess | null = null;
  const query = (sql: string): Promise<Row[]> => ask(url, sql);
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
    const file = `--config-file=${join(folder, 'config.xml')}`;
    for (;;) {
      if (child === null || !isRunning(child)) {
        child = spawn('clickhouse-server', [file], { stdio: 'ignore', cwd: folder });
      }
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
    await end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return { url, query, start, stop: () => end('SIGTERM'), kill: () => end('SIGKILL'), dispose };
}

async function ask(url: string, sql: string): Promise<Row[]> {
  const answer = await fetch(`${url}/?default_format=JSON`, {
    method: 'POST',
    headers: { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': CLICKHOUSE_PASSWORD },
    body: sql,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${text} in ${sql}`);
  return text === '' ? [] : (JSON.parse(text) as { data: Row[] }).data;
}

/** Merging is disabled, so that tests can see rows that were sent twice. */
function config(folder: string, httpPort: number, tcpPort: number): string {
  return `<yandex>
  <logger><level>none</level><console>1</console></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>${httpPort}</http_port>
  <keep_alive_timeout>1</keep_alive_timeout>
  <tcp_port>${tcpPort}</tcp_port>
  <path>${folder}/data/</path>
  <tmp_path>${folder}/data/tmp/</tmp_path>
  <mark_cache_size>67108864</mark_cache_size>
  <merge_tree>
    <max_bytes_to_merge_at_max_space_in_pool>1</max_bytes_to_merge_at_max_space_in_pool>
    <max_bytes_to_merge_at_min_space_in_pool>1</max_bytes_to_merge_at_min_space_in_pool>
    <parts_to_delay_insert>100000</parts_to_delay_insert>
    <parts_to_throw_insert>100000</parts_to_throw_insert>
  </merge_tree>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
</yandex>
`;
}

const ANYWHERE = '<networks><ip>127.0.0.1</ip></networks><quota>default</quota>';
const USERS = `<yandex>
  <profiles><default></default><readonly><readonly>1</readonly></readonly></profiles>
  <users>
    <default><password>${CLICKHOUSE_PASSWORD}</password><profile>default</profile>${ANYWHERE}</default>
    <readonly><password></password><profile>readonly</profile>${ANYWHERE}</readonly>
  </users>
  <quotas><default></default></quotas>
</yandex>
`;

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
