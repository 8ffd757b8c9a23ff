import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ModelPull } from '../../shared/model-pulls.ts';
import type { Wire } from '../../shared/wire.ts';
import { ask, call } from '../support/control-api.ts';
import { openEvents } from '../support/event-client.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { LAYER_BYTES, startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike } from '../support/ollama-like.ts';
import { removeFolder } from '../support/remove-folder.ts';

type Pull = Wire<ModelPull>;

const WAIT = { timeout: 20_000 };

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(
  pullSteps: number,
  gapMs = 20,
): Promise<{ server: OllamaLike; run: () => Promise<Headless> }> {
  const server = await startOllamaLike({ models: {}, gapMs, pullSteps });
  closers.push(() => server.stop());
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-pulls-'));
  closers.push(() => removeFolder(dataDir));
  const run = async (): Promise<Headless> => {
    const tokwatt = await startHeadless({ dataDir, args: ['--upstream', `box=${server.url}`] });
    closers.push(() => tokwatt.stop());
    return tokwatt;
  };
  return { server, run };
}

const list = async (tokwatt: Headless): Promise<Pull[]> =>
  (await ask<{ pulls: Pull[] }>(tokwatt, 'GET', '/api/models/pulls')).pulls;
const change = (tokwatt: Headless, id: string, verb: string): Promise<Pull> =>
  ask<Pull>(tokwatt, 'POST', `/api/models/pulls/${id}/${verb}`);

describe('downloads that go on by themselves', () => {
  it('run to their end, and are in the list with their bytes', async () => {
    const { server, run } = await start(50);
    const tokwatt = await run();
    const begun = await ask<Pull>(tokwatt, 'POST', '/api/models/pulls', { model: 'new:1b' });
    expect(begun).toMatchObject({ upstream: 'box', model: 'new:1b', status: 'running' });
    await expect
      .poll(async () => (await list(tokwatt))[0]?.bytes_per_second, WAIT)
      .toBeGreaterThan(0);
    expect((await list(tokwatt))[0]).toMatchObject({ words: 'pulling 0123456789ab', error: null });
    const again = await call(tokwatt, 'POST', '/api/models/pulls', { model: 'new:1b' });
    expect([again.status, again.body.code]).toEqual([409, 'pulling']);
    await expect.poll(async () => (await list(tokwatt))[0]?.status, WAIT).toBe('done');
    expect(await list(tokwatt)).toMatchObject([
      { id: begun.id, total_bytes: LAYER_BYTES, completed_bytes: LAYER_BYTES, words: 'success' },
    ]);
    expect(server.models.has('new:1b')).toBe(true);
  });

  it('are paused, continue where they were, and are cancelled', async () => {
    const { server, run } = await start(400);
    const tokwatt = await run();
    const { id } = await ask<Pull>(tokwatt, 'POST', '/api/models/pulls', { model: 'big' });
    await expect
      .poll(async () => (await list(tokwatt))[0]?.completed_bytes, WAIT)
      .toBeGreaterThan(10);
    const paused = await change(tokwatt, id, 'pause');
    expect(paused).toMatchObject({ status: 'paused', bytes_per_second: null, seconds_left: null });
    await expect.poll(() => server.pulls.cancelled, WAIT).toBe(1);
    const twice = await call(tokwatt, 'POST', `/api/models/pulls/${id}/pause`);
    expect([twice.status, twice.body.code]).toEqual([409, 'not_running']);
    const resumed = await change(tokwatt, id, 'resume');
    expect(resumed.status).toBe('running');
    expect(resumed.completed_bytes).toBeGreaterThanOrEqual(paused.completed_bytes ?? 0);
    expect((await change(tokwatt, id, 'cancel')).status).toBe('cancelled');
    await expect.poll(() => server.pulls.cancelled, WAIT).toBe(2);
    await ask(tokwatt, 'DELETE', `/api/models/pulls/${id}`);
    expect(await list(tokwatt)).toEqual([]);
    expect((await call(tokwatt, 'POST', `/api/models/pulls/${id}/resume`)).status).toBe(404);
  });

  it('are interrupted by the end of Tokwatt, even a hard one, and can be resumed', async () => {
    const { server, run } = await start(60);
    const first = await run();
    const { id } = await ask<Pull>(first, 'POST', '/api/models/pulls', { model: 'new:1b' });
    await expect.poll(async () => (await list(first))[0]?.completed_bytes, WAIT).toBeGreaterThan(0);
    await first.stop('SIGKILL');
    const second = await run();
    expect(await list(second)).toMatchObject([{ id, status: 'interrupted', model: 'new:1b' }]);
    await change(second, id, 'resume');
    await second.stop();
    const third = await run();
    expect(await list(third)).toMatchObject([{ id, status: 'interrupted' }]);
    await change(third, id, 'resume');
    await expect.poll(() => server.models.has('new:1b'), WAIT).toBe(true);
  });

  it('tell why they failed', async () => {
    const { run } = await start(4);
    const tokwatt = await run();
    await ask(tokwatt, 'POST', '/api/models/pulls', { model: 'missing' });
    await expect
      .poll(() => list(tokwatt), WAIT)
      .toMatchObject([
        { status: 'failed', error: 'box: pull model manifest: file does not exist' },
      ]);
    const unknown = await call(tokwatt, 'POST', '/api/models/pulls', { model: 'a', upstream: 'b' });
    expect(unknown.status).toBe(404);
    expect(await list(tokwatt)).toHaveLength(1);
  });

  it('are a part of the state that the window follows, at most four times a second', async () => {
    const { run } = await start(100);
    const tokwatt = await run();
    const events = await openEvents(tokwatt, '?types=live');
    closers.push(() => events.close());
    const begun = performance.now();
    await ask(tokwatt, 'POST', '/api/models/pulls', { model: 'new:1b' });
    await expect.poll(async () => (await list(tokwatt))[0]?.status, WAIT).toBe('done');
    const seen = events
      .of<{ changed?: { pulls?: Pull[] } }>('live')
      .flatMap(({ changed }) => changed?.pulls ?? []);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.length).toBeLessThan((performance.now() - begun) / 200 + 3);
  });
});
