/** The desktop's side of a core that runs in another process: a real headless Tokwatt. */
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCore, hasSameContract } from '../../electron/shell/attach/find-core.ts';
import { RemoteCore } from '../../electron/shell/attach/remote-core.ts';
import { SILENT_LOG } from '../../electron/core/log.ts';
import type { Delta, State } from '../../shared/snapshot.ts';
import { version } from '../../package.json';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { removeFolder } from '../support/remove-folder.ts';

const POLL = { timeout: 20_000, interval: 50 };

describe('a core in another process', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-attach-'));
  const deltas: Delta[] = [];
  let upstream: RecordedUpstream;
  let headless: Headless;
  let core: RemoteCore;

  beforeAll(async () => {
    upstream = await startRecordedUpstream();
    headless = await start();
    const found = await findCore(dataDir, version);
    if (found.kind !== 'core') throw new Error(found.reason.code);
    core = new RemoteCore({ folder: dataDir, version, found, log: SILENT_LOG });
    expect(await core.start()).toEqual({ proxies: headless.proxies, api: headless.api });
    core.subscribe((delta) => deltas.push(delta));
  });

  afterAll(async () => {
    await core.stop();
    await headless.stop('SIGKILL');
    await upstream.stop();
    await removeFolder(dataDir);
  });

  function start(env: Record<string, string> = {}): Promise<Headless> {
    return startHeadless({ dataDir, args: ['--upstream', `ollama=${upstream.url}`], env });
  }

  function state(): State {
    return core.snapshot().state;
  }

  function chat(): Promise<Response> {
    const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hello' }] });
    return fetch(`${headless.proxy}/api/chat`, { method: 'POST', body });
  }

  it('has its state, and says whose it is', async () => {
    expect(state().attachment).toMatchObject({ version, lost: null });
    expect(state().app.dataDir).toBe(dataDir);
    await (await chat()).text();
    await expect.poll(() => state().totals.today.all.requests, POLL).toBe(1);
    await expect.poll(() => state().recent[0]?.model, POLL).toBe(MODEL);
  });

  it('is paused for a time, and resumed', async () => {
    await core.handlers.pauseFor(15 * 60_000);
    await expect.poll(() => state().app.pausedUntil, POLL).toBeGreaterThan(Date.now());
    expect(await headless.get('/api/health')).toMatchObject({ paused: true });
    await core.handlers.setPaused(false);
    await expect.poll(() => state().app.paused, POLL).toBe(false);
  });

  it('takes changes of settings, and refuses with its own words', async () => {
    const { settings } = await core.handlers.updateSettings({ appearance: { theme: 'dark' } });
    expect(settings.appearance.theme).toBe('dark');
    await expect.poll(() => state().app.appearance.theme, POLL).toBe('dark');
    const refused = core.handlers.updateSettings({ apiPort: -1 });
    await expect(refused).rejects.toMatchObject({ name: 'TokwattError', status: 400 });
  });

  it('answers requests of the page with its token, also after that was replaced', async () => {
    const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
      core.askApi(new Request(`app://tokwatt${path}`, init));
    expect((await ask('/api/activity')).status).toBe(200);
    await core.handlers.rotateApiToken(undefined);
    const answer = await ask('/api/settings', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ appearance: { theme: 'light' } }),
    });
    expect(answer.status).toBe(200);
    expect((await ask('/api/nothing')).status).toBe(404);
  });

  it('is told as lost when it was killed, and shown again when it is back', async () => {
    // What was not stored yet is lost with it.
    await expect
      .poll(() => headless.get('/api/health'), POLL)
      .toMatchObject({ ledger: { waiting: 0 } });
    headless.process.kill('SIGKILL');
    await expect.poll(() => state().attachment?.lost?.kind, POLL).toBe('ended');
    expect(state().inFlight).toEqual([]);
    // What it had counted stays in sight.
    expect(state().totals.today.all.requests).toBe(1);
    expect((await core.askApi(new Request('app://tokwatt/api/health'))).status).toBe(503);
    await expect(core.handlers.setPaused(true)).rejects.toMatchObject({ code: 'unreachable' });

    headless = await start();
    await expect.poll(() => state().attachment?.lost, POLL).toBe(null);
    await (await chat()).text();
    await expect.poll(() => state().totals.today.all.requests, POLL).toBe(2);
    expect(deltas.map(({ seq }) => seq)).toEqual(deltas.map((_, index) => index + 2));
  });

  it('is not shown by another version, nor with another token', async () => {
    expect(await findCore(dataDir, '0.999.0')).toMatchObject({
      kind: 'refused',
      reason: { code: 'attached_version', params: { own: '0.999.0', version } },
    });
    await headless.stop();
    headless = await start({ TOKWATT_API_TOKEN: 'x'.repeat(32) });
    await expect
      .poll(() => state().attachment?.lost, POLL)
      .toMatchObject({ kind: 'refused', reason: { code: 'attached_token' } });
  });
});

describe('the token', () => {
  it('is not sent to a program that only claims to hold the data folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokwatt-attach-'));
    writeFileSync(join(folder, 'api-token'), `${'t'.repeat(43)}\n`);
    const claim = { pid: 1, since: 0, version, kind: 'headless', api: 'http://127.0.0.1:1' };
    const answer = (socket: Socket): unknown =>
      socket.end(`${JSON.stringify({ ...claim, proof: 'a'.repeat(64) })}\n`);
    const impostor = createServer(answer).listen(join(folder, 'tokwatt.lock'));
    await once(impostor, 'listening');
    expect(await findCore(folder, version)).toMatchObject({ reason: { code: 'attached_token' } });
    impostor.close();
    await removeFolder(folder);
  });
});

it.each([
  ['0.1.0', '0.1.7', true],
  ['0.1.0', '0.2.0', false],
  ['1.4.0', '1.4.9', true],
  ['1.4.0', '1.5.0', false],
  ['1.4.0', '2.4.0', false],
  ['1.4.0', 'unknown', false],
])('the windows of %s and %s can show each other: %s', (one, other, can) => {
  expect(hasSameContract(one, other)).toBe(can);
});
