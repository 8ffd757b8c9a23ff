/** Which program on this machine sent a request: real programs, real sockets, the real ledger. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clients } from '../../shared/clients.ts';
import type { History } from '../../shared/history.ts';
import type { Wire } from '../../shared/wire.ts';
import { ask } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';

const run = promisify(execFile);
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Asks several times over one connection. */
const AGENT = `
  const [url, count] = process.argv.slice(2);
  const { Agent, request } = await import('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let n = 0; n < Number(count); n += 1) {
    await new Promise((resolve, reject) => {
      const sent = request(url + '/api/chat', { method: 'POST', agent }, (answer) => {
        answer.resume().on('end', resolve);
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ model: '${MODEL}', stream: false, messages: [{ role: 'user', content: 'hi' }] }));
    });
  }
  agent.destroy();
`;

/** A program is looked for while it waits. */
const ANSWER_MS = 2_000;

async function start(settings: object = {}): Promise<Headless> {
  const upstream = await startRecordedUpstream({ answerDelayMs: ANSWER_MS });
  cleanups.push(() => upstream.stop());
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-processes-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const upstreams = [{ name: 'fast', url: upstream.url }];
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ upstreams, ...settings }));
  const tokwatt = await startHeadless({ dataDir });
  cleanups.push(() => tokwatt.stop());
  return tokwatt;
}

async function runAgent(
  name: string,
  tokwatt: Headless,
  ...args: readonly string[]
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-agent-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const script = join(folder, name);
  writeFileSync(script, AGENT);
  await run(process.execPath, [script, tokwatt.proxy, ...args]);
}

describe.runIf(process.platform === 'linux')('the program that sent a request', () => {
  it('is found for programs on this machine, and is a group, a filter and a column', async () => {
    const tokwatt = await start();
    const secret = 'sk-a-secret-in-the-arguments-0001';
    await runAgent('nightly-agent.mjs', tokwatt, '2', '--api-key', secret);
    await runAgent('other-agent.mjs', tokwatt, '1');
    const rows = await tokwatt.activity(3);
    expect(rows.map(({ client }) => client.process)).toEqual([
      ...['other-agent.mjs', 'nightly-agent.mjs', 'nightly-agent.mjs'],
    ]);

    const { by, clients } = await ask<Wire<Clients>>(tokwatt, 'GET', '/api/clients?by=process');
    expect(by).toBe('process');
    expect(
      clients.map(({ name, requests, cost, budgets }) => [name, requests, cost, budgets]),
    ).toEqual([
      ['nightly-agent.mjs', 2, [], []],
      ['other-agent.mjs', 1, [], []],
    ]);
    expect(clients[0]?.models).toMatchObject([{ model: MODEL, requests: 2 }]);

    const names = await ask<{ process: string[] }>(tokwatt, 'GET', '/api/activity/names');
    expect(names.process).toEqual(['nightly-agent.mjs', 'other-agent.mjs']);
    const filtered = await ask<{ activity: unknown[] }>(
      ...([tokwatt, 'GET', '/api/activity?process=nightly-agent.mjs'] as const),
    );
    expect(filtered.activity).toHaveLength(2);
    const found = await ask<{ activity: unknown[] }>(tokwatt, 'GET', '/api/activity?text=nightly');
    expect(found.activity).toHaveLength(2);
    await historyIsBy(tokwatt);

    const exported = await fetch(`${tokwatt.api}/api/export/activity?format=csv`, {
      headers: {
        authorization: `Bearer ${readFileSync(join(tokwatt.dataDir, 'api-token'), 'utf8').trim()}`,
      },
    });
    const [head = '', ...lines] = (await exported.text()).trim().split('\n');
    const column = head.trim().split(',').indexOf('client.process');
    expect(lines.map((line) => line.trim().split(',')[column])).toContain('nightly-agent.mjs');

    const files = ['ledger.db', 'ledger.db-wal', 'totals.json', 'tokwatt.log'];
    await tokwatt.stop();
    for (const file of files) expect(textOf(join(tokwatt.dataDir, file))).not.toContain(secret);
  });

  it('is not looked for while the setting is off', async () => {
    const tokwatt = await start({ clients: { processes: false } });
    await runAgent('nightly-agent.mjs', tokwatt, '2');
    const rows = await tokwatt.activity(2);
    expect(rows.map(({ client }) => client.process)).toEqual([null, null]);
  });
});

async function historyIsBy(tokwatt: Headless): Promise<void> {
  const range = `from=${Date.now() - 3_600_000}&to=${Date.now() + 60_000}`;
  const read = (query: string): Promise<Wire<History>> =>
    ask<Wire<History>>(tokwatt, 'GET', `/api/history?${range}&${query}`);
  // Wide buckets are read from sums, narrow ones from rows.
  for (const points of [4, 600]) {
    const grouped = await read(`points=${points}&by=process`);
    expect(grouped.lines.map(({ name, sums }) => [name, sums.requests])).toEqual([
      ['nightly-agent.mjs', 2],
      ['other-agent.mjs', 1],
    ]);
    const filtered = await read(`points=${points}&process=other-agent.mjs`);
    expect(filtered.total.sums.requests).toBe(1);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
