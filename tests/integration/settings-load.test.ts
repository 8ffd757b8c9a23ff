/** Two hundred changes of settings while requests run: streams go on, and nothing is left behind. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { probed, restingResources } from '../support/resources.ts';
import { freePorts, goesOn, occupy, settingsLab } from '../support/settings-lab.ts';
import type { SettingsLab } from '../support/settings-lab.ts';
import { startSteppedUpstream } from '../support/stepped-upstream.ts';
import type { SteppedUpstream } from '../support/stepped-upstream.ts';

const ROUNDS = 20;
const SLOW = 180_000;

let folder: string;
let probe: string;
let long: SteppedUpstream;
let busy: SteppedUpstream;
let passing: SteppedUpstream;
let tokwatt: Headless;
/** Has a port that a change asks for. */
let other: Server;
let lab: SettingsLab;
/** Ports of `a` and `b`; the API has the one between them. Those above are for upstreams that pass. */
let base: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-load-'));
  probe = join(folder, 'resources.json');
  long = await startSteppedUpstream('long');
  busy = await startSteppedUpstream('busy');
  passing = await startSteppedUpstream('passing');
  base = await freePorts(12);
  const settings = { proxyPort: base, apiPort: base + 1, upstreams: usual() };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  other = await occupy(base + 9);
  tokwatt = await startHeadless({ ports: 'settings', dataDir: folder, env: probed(probe) });
  lab = settingsLab(tokwatt);
});
afterAll(async () => {
  await tokwatt.stop();
  other.close();
  for (const upstream of [long, busy, passing]) await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

const proxy = (offset: number): string => `http://127.0.0.1:${base + offset}`;

function usual(): object[] {
  return [
    { name: 'a', url: long.url },
    { name: 'b', url: busy.url },
  ];
}

/** Ten changes, one of each kind; after the last one all is as before the first. */
function round(): readonly object[] {
  const [a, b] = usual();
  return [
    { upstreams: [a, b, { name: 'c', url: passing.url }] },
    { upstreams: [a, b, { name: 'c', url: busy.url }] },
    { upstreams: [a, b, { name: 'renamed', url: busy.url }] },
    { upstreams: [a, b, { name: 'renamed', url: passing.url, port: base + 5 }] },
    {
      upstreams: [
        { ...a, exact_usage: true },
        { ...b, url: passing.url },
      ],
    },
    { allowed_hosts: ['*.example.net'], allowed_origins: ['https://example.net'] },
    { captures: { enabled: true, redact_fields: ['user'], redact_headers: ['X-Private'] } },
    { gpu_interval_ms: 300, estimates: { bytes_per_input_token: 3 }, retention: { gpu_days: 30 } },
    { otlp: { url: passing.url }, reporter: { url: passing.url }, alerts: { notify: false } },
    {
      upstreams: usual(),
      ...Object.fromEntries(
        ['allowed_hosts', 'allowed_origins', 'captures', 'gpu_interval_ms', 'estimates']
          .concat(['retention', 'otlp', 'reporter', 'alerts'])
          .map((name) => [name, null]),
      ),
    },
  ];
}

/** Asks through both upstreams without a pause until it is told to stop; the number of answers. */
function load(): () => Promise<number> {
  let isOver = false;
  const ask = async (base: string): Promise<number> => {
    let answers = 0;
    while (!isOver) {
      const answer = await fetch(`${base}/v1/models`);
      expect([answer.status, await answer.text()]).toEqual([404, '{"error":"not here"}']);
      answers += 1;
    }
    return answers;
  };
  const workers = [proxy(0), proxy(0), proxy(2), proxy(2)].map(ask);
  return async () => {
    isOver = true;
    return (await Promise.all(workers)).reduce((sum, answers) => sum + answers, 0);
  };
}

/** One round of changes. A stream runs through an upstream that is changed, moved and removed meanwhile. */
async function changes(afterEach: () => void): Promise<void> {
  const [added, ...others] = round();
  await lab.change(added!);
  const stream = await lab.stream(proxy(3));
  await stream.until('passing begins');
  for (const patch of others) {
    expect(await lab.change(patch)).toMatchObject({ restart_needed: [] });
    afterEach();
  }
  const refused = await call(tokwatt, 'PATCH', '/api/settings', {
    upstreams: [
      ...usual(),
      { name: 'fine', url: passing.url },
      { name: 'taken', url: passing.url, port: base + 9 },
    ],
  });
  expect(refused.status).toBe(409);
  await goesOn(passing, stream);
}

describe.skipIf(process.platform === 'win32')('two hundred changes under load', () => {
  it(
    'leave no listener, socket or timer, and streams run through them',
    { timeout: SLOW },
    async () => {
      await changes(() => undefined);
      const before = await restingResources(tokwatt, probe);
      expect(before).toMatchObject({ TCPSERVERWRAP: 3 });
      const streams = await Promise.all([1, 2, 3, 4].map(() => lab.stream(proxy(0))));
      const stop = load();
      let pieces = 0;
      for (let made = 0; made < ROUNDS; made += 1) {
        await changes(() => {
          pieces += 1;
          long.step();
        });
      }
      expect(await stop()).toBeGreaterThan(ROUNDS * 10);
      long.finish();
      const wanted = Array.from({ length: pieces }, (_, index) => `long ${index + 1}"`);
      for (const stream of streams) {
        const events = (await stream.ended).trimEnd().split('\n\n');
        expect(events).toHaveLength(pieces + 3);
        for (const [index, part] of ['long begins', ...wanted, 'stop', '[DONE]'].entries()) {
          expect(events[index]).toContain(part);
        }
        expect(await stream.row()).toMatchObject({ upstream: 'a', completed: true });
      }
      const after = await restingResources(tokwatt, probe);
      for (const [type, count] of Object.entries(after)) {
        expect([type, count]).toEqual([type, Math.min(count, before[type] ?? 0)]);
      }
      expect(tokwatt.stderr()).not.toContain('MaxListenersExceeded');
    },
  );
});
