/** Settings changed during a stream take effect at once and do not affect the stream. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../support/control-api.ts';
import type { Answer, Row } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { eventually, settingsLab } from '../support/settings-lab.ts';
import type { SettingsLab } from '../support/settings-lab.ts';
import { startSteppedUpstream } from '../support/stepped-upstream.ts';
import type { SteppedUpstream } from '../support/stepped-upstream.ts';

let folder: string;
let upstream: SteppedUpstream;
let tokwatt: Headless;
let lab: SettingsLab;
let change: SettingsLab['change'];

beforeAll(async () => {
  upstream = await startSteppedUpstream();
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-live-'));
  fakeSmi();
  tokwatt = await startHeadless({
    args: ['--upstream', `usual=${upstream.url}`],
    env: { PATH: [folder, process.env.PATH].join(delimiter) },
  });
  lab = settingsLab(tokwatt);
  ({ change } = lab);
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

function whileStreaming(changes: () => Promise<unknown>, body: object = {}): Promise<Row> {
  return lab.whileStreaming(upstream, tokwatt.proxy, changes, body);
}

/** A GPU tool that notes how it was called. */
function fakeSmi(): void {
  const line =
    '0, GPU-7, 12, 100, 8192, 40, 55.50, 55.50, 55.50, 300.00, 300.00, 8.9, 00000000:01:00.0, NVIDIA L4';
  const script = `echo "$@" >> ${folder}/calls; while :; do echo "${line}"; sleep 0.1; done`;
  writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** The status of a request with headers that `fetch` does not send. */
function statusOf(base: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${base}${path}`, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on('error', reject).end();
  });
}

describe('a change of', () => {
  // First, because the tool keeps a fast pace for some minutes after an exchange.
  it.skipIf(process.platform === 'win32')('the GPU interval takes effect at once', async () => {
    const calls = (): string => readFileSync(join(folder, 'calls'), 'utf8');
    const gpu = async (): Promise<string> => {
      const state = (await tokwatt.get('/api/gpu')) as { gpus: readonly { name: string }[] };
      return state.gpus.map(({ name }) => name).join();
    };
    await eventually(async () => ((await gpu()) === 'NVIDIA L4' ? true : null));
    expect((await change({ gpu_interval_ms: 300 })).restart_needed).toEqual([]);
    // While nothing runs, readings are three times rarer.
    await eventually(() => Promise.resolve(calls().includes('--loop-ms=900') ? true : null));
    expect(await gpu()).toBe('NVIDIA L4');
    await whileStreaming(async () => {
      await eventually(() => Promise.resolve(calls().includes('--loop-ms=200') ? true : null));
      expect(await gpu()).toBe('NVIDIA L4');
    });
    await change({ gpu_interval_ms: null });
  });

  it('allowed hosts and origins applies to the next request, on the proxy and the API', async () => {
    const foreign = { host: 'meter.lan' };
    const page = { origin: 'http://page.example' };
    const proxied = (headers: Record<string, string>): Promise<number> =>
      statusOf(tokwatt.proxy, '/v1/models', headers);
    await whileStreaming(async () => {
      expect(await proxied(foreign)).toBe(403);
      expect(await statusOf(tokwatt.api, '/api/health', foreign)).toBe(403);
      const { restart_needed: waiting } = await change({
        allowed_hosts: ['*.lan'],
        allowed_origins: ['http://page.example'],
      });
      expect(waiting).toEqual([]);
      expect([await proxied(foreign), await proxied(page)]).toEqual([404, 404]);
      expect(await statusOf(tokwatt.api, '/api/health', foreign)).toBe(200);
      await change({ allowed_hosts: null, allowed_origins: null });
      expect([await proxied(foreign), await proxied(page)]).toEqual([403, 403]);
      expect(await statusOf(tokwatt.api, '/api/health', foreign)).toBe(403);
    });
  });

  it('estimates applies to streams that begin after it', async () => {
    const cutOff = async (changes: () => Promise<unknown>): Promise<Row> => {
      const stream = await lab.stream(tokwatt.proxy);
      await stream.until('stepped begins');
      await changes();
      upstream.step();
      await stream.until('stepped 1');
      stream.hangUp();
      return stream.row();
    };
    const usual = await cutOff(() => Promise.resolve());
    expect(usual.usage).toMatchObject({ output_tokens: 6, provenance: { output: 'estimated' } });
    const estimates = { bytes_per_input_token: 1, tokens_per_output_chunk: 10 };
    const begun = await cutOff(() => change({ estimates }));
    expect(begun.usage).toEqual(usual.usage);
    const { usage } = await cutOff(() => Promise.resolve());
    expect(usage.output_tokens).toBe(20);
    expect(usage.input_tokens).toBeGreaterThan(3 * (usual.usage.input_tokens ?? 0));
    expect((await change({ estimates: null })).restart_needed).toEqual([]);
  });

  it('captures takes effect at once: new exchanges are kept, and none after turning them off', async () => {
    const capture = (id: number): Promise<Answer> =>
      call(tokwatt, 'GET', `/api/activity/${id}/capture`);
    const captured = ({ id }: Row): Promise<Answer> =>
      eventually(async () => {
        const answer = await capture(id);
        return answer.status === 200 ? answer : null;
      });
    const before = await whileStreaming(async () => {
      expect((await change({ captures: { enabled: true } })).restart_needed).toEqual([]);
    });
    const settings = { redact_fields: ['secret'], max_body_bytes: 120 };
    const kept = await whileStreaming(() => change({ captures: settings }), {
      secret: 'hush',
      kept: 'yes',
    });
    const shown = await captured(kept);
    expect(shown.text).toContain('kept');
    expect(shown.text).not.toContain('hush');
    expect(shown.body).toMatchObject({ response: { truncated: true } });
    expect((await capture(before.id)).status).toBe(404);
    const last = await whileStreaming(() => change({ captures: { enabled: false } }));
    await change({ captures: { enabled: true } });
    // Captures are stored in order: once this one is there, the other one is not to come.
    await captured(await whileStreaming(() => Promise.resolve()));
    expect((await capture(last.id)).status).toBe(404);
    await change({ captures: null });
  });
});
