import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask, call, tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

interface Hop {
  readonly instance: string;
  readonly key: string;
}

let upstream: RecordedUpstream;
const running: Headless[] = [];
const folders: string[] = [];

beforeAll(async () => {
  upstream = await startRecordedUpstream();
});
afterAll(() => upstream.stop());
afterEach(async () => {
  await Promise.all(running.splice(0).map((tokwatt) => tokwatt.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(url: string, settings: object = {}): Promise<Headless> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-hops-'));
  folders.push(dataDir);
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(settings));
  const tokwatt = await startHeadless({ dataDir, args: ['--upstream', `up=${url}`] });
  running.push(tokwatt);
  return tokwatt;
}

/** Two in a row, the far one trusting the near one's key if asked; the near one is restarted for it. */
async function chain(trusted: boolean): Promise<{ near: Headless; far: Headless }> {
  const known = await start(upstream.url);
  const { key } = await ask<Hop>(known, 'GET', '/api/hop');
  await known.stop();
  running.splice(running.indexOf(known), 1);
  const far = await start(upstream.url, trusted ? { trustedHops: { laptop: key } } : {});
  const near = await startHeadless({
    dataDir: known.dataDir,
    args: ['--upstream', `far=${far.proxy}`],
  });
  running.push(near);
  return { near, far };
}

/** All rows. What the near Tokwatt asks the far one to know its server makes none. */
async function rowsOf(tokwatt: Headless): Promise<readonly Record<string, unknown>[]> {
  const { activity } = (await tokwatt.get('/api/activity')) as {
    activity: Record<string, unknown>[];
  };
  return activity;
}

async function chat(url: string, headers: Record<string, string> = {}): Promise<void> {
  const answer = await fetch(`${url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  expect(answer.status).toBe(200);
  await answer.text();
}

describe('the hop header', () => {
  it('of a trusted Tokwatt leaves the counting to it, for one request each', async () => {
    const { near, far } = await chain(true);
    for (let i = 0; i < 3; i += 1) await chat(near.proxy);
    await near.activity(3);
    expect(await rowsOf(near)).toHaveLength(3);
    // What the far one counts comes after what it passed.
    await chat(far.proxy);
    await far.activity(1);
    const rows = await rowsOf(far);
    expect(rows).toMatchObject([{ client: { claims_hop: false } }]);
  });

  it('of any other is only a claim: the request is counted, and its row is marked', async () => {
    const { near, far } = await chain(false);
    await chat(near.proxy);
    await expect.poll(() => rowsOf(far)).toMatchObject([{ client: { claims_hop: true } }]);
    for (const value of ['control', 'x', '1.0123456789abcdef.1.n.t']) {
      await chat(far.proxy, { 'X-Tokwatt-Hop': value });
    }
    await expect.poll(async () => (await rowsOf(far)).length).toBe(4);
    const rows = await rowsOf(far);
    expect(rows.every(({ client }) => (client as { claims_hop: boolean }).claims_hop)).toBe(true);
    const csv = (await call(far, 'GET', '/api/export/activity')).text;
    expect(csv.split('\n')[0]).toContain('client.claims_hop');
  });

  it('cannot be copied: a header seen upstream is valid at its own Tokwatt at most once', async () => {
    const tokwatt = await start(upstream.url);
    await chat(tokwatt.proxy);
    const seen = upstream.requests.filter(({ target }) => target === '/api/chat').at(-1);
    const header = String(seen?.headers['x-tokwatt-hop']);
    for (let i = 0; i < 3; i += 1) await chat(tokwatt.proxy, { 'x-tokwatt-hop': header });
    await expect.poll(async () => (await rowsOf(tokwatt)).length).toBe(3);
  });

  it('is not set while metering is paused, so that the next one counts', async () => {
    const { near, far } = await chain(true);
    await ask(near, 'POST', '/api/bridge/setPaused', { input: true });
    await chat(near.proxy);
    await expect.poll(() => rowsOf(far)).toMatchObject([{ client: { claims_hop: false } }]);
    expect(await rowsOf(near)).toEqual([]);
  });

  it('is sent with Tokwatt’s own requests, which a trusting Tokwatt does not count', async () => {
    const { near, far } = await chain(true);
    await ask(near, 'POST', `/api/ollama/models/${encodeURIComponent(MODEL)}/load?upstream=far`);
    const loads = upstream.requests.filter(({ target }) => target === '/api/generate');
    expect(loads).toHaveLength(1);
    expect(await rowsOf(far)).toEqual([]);
  });
});

describe('the hop key', () => {
  it('is readable with the token, and stored so that only its owner can read it', async () => {
    const tokwatt = await start(upstream.url);
    const told = await ask<Hop>(tokwatt, 'GET', '/api/hop');
    expect(told.key).toMatch(/^[\w-]{43}$/);
    const file = join(tokwatt.dataDir, 'hop-key');
    expect(readFileSync(file, 'utf8')).toBe(`${told.key}\n`);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
      const refused = await call(tokwatt, 'GET', '/api/hop', undefined, headers);
      expect(refused.status).toBe(401);
      expect(refused.text).not.toContain(told.key);
    }
    const bare = await call(tokwatt, 'GET', '/api/health', undefined, {});
    expect(bare.status).toBe(200);
  });

  it('is in no header, no log and no setting that the API shows', async () => {
    const key = 'k'.repeat(43);
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-hops-'));
    folders.push(dataDir);
    writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ trustedHops: { other: key } }));
    const args = ['--upstream', `up=${upstream.url}`, '--log-level', 'debug'];
    const tokwatt = await startHeadless({ dataDir, args });
    running.push(tokwatt);
    const own = (await ask<Hop>(tokwatt, 'GET', '/api/hop')).key;
    await chat(tokwatt.proxy);
    await tokwatt.activity(1);
    const shown = (await call(tokwatt, 'GET', '/api/settings')).text;
    expect(JSON.parse(shown)).toMatchObject({ trusted_hops: { other: '(hidden)' } });
    const heads = JSON.stringify(upstream.requests.map(({ headers }) => headers));
    expect(heads).toContain('x-tokwatt-hop');
    for (const text of [shown, heads, tokwatt.stderr()]) {
      expect(text).not.toContain(own);
      expect(text).not.toContain(key);
      expect(text).not.toContain(tokenOf(tokwatt));
    }
  });

  it('of others is set by name, kept if sent back hidden, and rejected if invalid', async () => {
    const tokwatt = await start(upstream.url);
    const [one, two] = ['1'.repeat(43), '2'.repeat(43)];
    await ask(tokwatt, 'PATCH', '/api/settings', { trusted_hops: { My_Laptop: one } });
    const more = { trusted_hops: { My_Laptop: '(hidden)', desk: two } };
    expect(await ask(tokwatt, 'PATCH', '/api/settings', more)).toMatchObject({
      settings: { trusted_hops: { My_Laptop: '(hidden)', desk: '(hidden)' } },
    });
    const stored = JSON.parse(
      readFileSync(join(tokwatt.dataDir, 'settings.json'), 'utf8'),
    ) as object;
    expect(stored).toMatchObject({ trustedHops: { My_Laptop: one, desk: two } });
    const refused = await call(tokwatt, 'PATCH', '/api/settings', {
      trusted_hops: { desk: 'too short' },
    });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('/api/hop')]);
    expect(refused.text).not.toContain('too short');
  });
});
