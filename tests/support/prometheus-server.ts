/** Starts a real Prometheus for tests, with its own configuration, storage and port. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isOnPath } from '../../scripts/setup/command.mjs';

const PATIENCE_MS = 30_000;
const STEP_MS = 100;

/** Null if `prometheus` and `promtool` are installed, else the reason, for `describe.skipIf`. */
export function prometheusObstacle(): string | null {
  if (isOnPath('prometheus') && isOnPath('promtool')) return null;
  return process.env.TOKWATT_PROMETHEUS_REASON ?? 'prometheus and promtool are not installed';
}

/** One series of an answer: its labels and its current value. */
export interface Answer {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface RunningPrometheus {
  /** Evaluates PromQL now. */
  query(expression: string): Promise<Answer[]>;
  /**
   * Repeats the query until the answer is right. If that never happens, throws with the last
   * answer.
   */
  until(expression: string, isRight: (answers: Answer[]) => boolean): Promise<Answer[]>;
  stop(): Promise<void>;
}

/**
 * Starts a server that scrapes `target` (a URL) and evaluates `rules` (a rule file) many times a
 * second.
 */
export async function startPrometheus(target: string, rules = ''): Promise<RunningPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    `global: { scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms }
rule_files: [rules.yml]
scrape_configs: [{ job_name: tokwatt, static_configs: [{ targets: ['${new URL(target).host}'] }] }]
`,
  );
  writeFileSync(join(folder, 'rules.yml'), rules);
  const child = spawn('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
  ]);
  const stop = async (): Promise<void> => {
    const closed = child.exitCode === null ? once(child, 'close') : null;
    child.kill('SIGKILL');
    await closed;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const address = await readyAddress(child);
    const query = (expression: string): Promise<Answer[]> => ask(address, expression);
    return { query, until: (...given) => until(query, ...given), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for the ready message and returns the address. */
async function readyAddress(child: ChildProcess): Promise<string> {
  const { stderr } = child;
  if (stderr === null) throw new Error('no standard error');
  let address = '';
  let said = '';
  for await (const line of createInterface({ input: stderr })) {
    said += `${line}\n`;
    address = /Listening on" address=(\S+)/.exec(line)?.[1] ?? address;
    if (address !== '' && line.includes('ready to receive web requests')) {
      stderr.resume();
      return address;
    }
  }
  throw new Error(`Prometheus ended before it was ready: ${said}`);
}

async function ask(address: string, expression: string): Promise<Answer[]> {
  const query = new URLSearchParams({ query: expression }).toString();
  const answer = await fetch(`http://${address}/api/v1/query?${query}`);
  if (!answer.ok) throw new Error(await answer.text());
  const { data } = (await answer.json()) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}

async function until(
  query: (expression: string) => Promise<Answer[]>,
  expression: string,
  isRight: (answers: Answer[]) => boolean,
): Promise<Answer[]> {
  let last: Answer[] = [];
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    last = await query(expression);
    if (isRight(last)) return last;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  throw new Error(`${expression} stayed at ${JSON.stringify(last)}`);
}
