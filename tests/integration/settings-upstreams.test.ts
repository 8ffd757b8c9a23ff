/** Upstreams, ports and addresses that change while streams run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import {
  eventually,
  freePorts,
  goesOn,
  listens,
  occupy,
  settingsLab,
} from '../support/settings-lab.ts';
import type { SettingsLab, TaggedStream } from '../support/settings-lab.ts';
import { startSteppedUpstream } from '../support/stepped-upstream.ts';
import type { SteppedUpstream } from '../support/stepped-upstream.ts';

interface UpstreamView {
  readonly name: string;
  readonly target_url: string;
  readonly proxy_url: string;
  readonly health: string;
}

let folder: string;
let dataDir: string;
let one: SteppedUpstream;
let two: SteppedUpstream;
let tokwatt: Headless;
let lab: SettingsLab;
/** The first proxy's port; the API has the next. */
let base: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-upstreams-'));
  one = await startSteppedUpstream('one');
  two = await startSteppedUpstream('two');
});
afterAll(async () => {
  await one.stop();
  await two.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Two upstreams, on `base` and `base + 2`. */
beforeEach(async () => {
  dataDir = mkdtempSync(join(folder, 'data-'));
  base = await freePorts(12);
  const settings = { proxyPort: base, apiPort: base + 1, upstreams: setting('a', 'b') };
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(settings));
  tokwatt = await startHeadless({ ports: 'settings', dataDir });
  lab = settingsLab(tokwatt);
});
afterEach(() => tokwatt.stop());

/** `a` is in front of the first server, `b` of the second. */
function setting(...names: readonly ('a' | 'b')[]): { name: string; url: string }[] {
  return names.map((name) => ({ name, url: (name === 'a' ? one : two).url }));
}

const proxy = (offset: number): string => `http://127.0.0.1:${base + offset}`;
const views = async (): Promise<readonly UpstreamView[]> =>
  ((await tokwatt.get('/api/upstreams')) as { upstreams: UpstreamView[] }).upstreams;
const ports = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await views()).map(({ name, proxy_url: url }) => [name, Number(new URL(url).port) - base]),
  );
const file = (): unknown => JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8'));

/** A stream from `upstream` through a proxy, which has begun. */
async function begun(upstream: SteppedUpstream, through: string): Promise<TaggedStream> {
  const stream = await lab.stream(through);
  await stream.until(`${upstream.name} begins`);
  return stream;
}

describe('an upstream', () => {
  it('that is added gets the first free port and meters at once', async () => {
    expect(await ports()).toEqual({ a: 0, b: 2 });
    const running = await begun(one, proxy(0));
    const upstreams = [...setting('a', 'b'), { name: 'c', url: `${two.url}/base` }];
    const { restart_needed: waiting } = await lab.change({ upstreams });
    expect(waiting).toEqual([]);
    expect(await ports()).toEqual({ a: 0, b: 2, c: 3 });
    await goesOn(one, running);
    // Its server has no such path, but the answer came from there.
    expect((await fetch(`${proxy(3)}/v1/models`)).status).toBe(404);
    await eventually(async () => ((await views())[2]?.health === 'up' ? true : null));
  });

  it('that is removed takes nothing more, and its running streams end by themselves', async () => {
    const [first, second] = [await begun(one, proxy(0)), await begun(two, proxy(2))];
    await lab.change({ upstreams: setting('b') });
    expect(await ports()).toEqual({ b: 2 });
    expect(await listens(base)).toBe(false);
    await goesOn(one, first);
    await goesOn(two, second);
    expect((await first.row()).upstream).toBe('a');
    await goesOn(two, await begun(two, proxy(2)));
    // Whoever comes next gets the port that is free now; nobody else moves.
    await lab.change({ upstreams: setting('b', 'a') });
    expect(await ports()).toEqual({ b: 2, a: 0 });
    await goesOn(one, await begun(one, proxy(0)));
  });

  it('that gets another name keeps its port, and new rows carry the new name', async () => {
    await eventually(async () => ((await views())[0]?.health === 'up' ? true : null));
    const running = await begun(one, proxy(0));
    const upstreams = [{ name: 'renamed', url: one.url }, ...setting('b')];
    expect((await lab.change({ upstreams })).restart_needed).toEqual([]);
    expect(await ports()).toEqual({ renamed: 0, b: 2 });
    expect((await views())[0]).toMatchObject({ name: 'renamed', health: 'up' });
    const later = await begun(one, proxy(0));
    await goesOn(one, running);
    await later.ended;
    expect([(await running.row()).upstream, (await later.row()).upstream]).toEqual([
      'a',
      'renamed',
    ]);
  });

  it('that gets another address sends new requests there, and running ones finish where they are', async () => {
    const running = await begun(one, proxy(0));
    await lab.change({ upstreams: [{ name: 'a', url: two.url }, ...setting('b')] });
    expect(await ports()).toEqual({ a: 0, b: 2 });
    const later = await begun(two, proxy(0));
    await goesOn(one, running);
    await goesOn(two, later);
    expect((await views())[0]).toMatchObject({ name: 'a', target_url: two.url });
  });

  it('that is to ask for exact usage does so from the next request on', async () => {
    const exact = [{ ...setting('a')[0], exact_usage: true }, ...setting('b')];
    const asked = one.chats.length;
    await lab.whileStreaming(one, proxy(0), () => lab.change({ upstreams: exact }));
    const plain = lab.whileStreaming(one, proxy(0), () =>
      lab.change({ upstreams: setting('a', 'b') }),
    );
    // The client of the second sees no usage, and the row has it.
    expect((await plain).usage).toMatchObject({ input_tokens: 9, output_tokens: 3 });
    const [before, after] = one.chats
      .slice(asked)
      .map(({ body }) => body.includes('stream_options'));
    expect([before, after]).toEqual([false, true]);
    await lab.whileStreaming(one, proxy(0), () => Promise.resolve());
    expect(one.chats.at(-1)?.body).not.toContain('stream_options');
  });

  it('cannot be Tokwatt itself', async () => {
    for (const offset of [0, 1, 2]) {
      const upstreams = [{ name: 'a', url: proxy(offset) }, ...setting('b')];
      const answer = await call(tokwatt, 'PATCH', '/api/settings', { upstreams });
      expect([answer.status, answer.body.code]).toEqual([400, 'bad_request']);
      expect(answer.body.detail).toContain("upstreams.0.url: this is Tokwatt's own");
    }
    await goesOn(one, await begun(one, proxy(0)));
    // `b` keeps a port that it would not have after a start.
    await lab.change({ upstreams: setting('b') });
    const itself = { upstreams: [{ name: 'b', url: proxy(2) }] };
    const answer = await call(tokwatt, 'PATCH', '/api/settings', itself);
    expect([answer.status, answer.body.code]).toEqual([400, 'bad_request']);
    expect(answer.body.detail).toContain("upstreams.0.url: this is Tokwatt's own proxy");
    await goesOn(two, await begun(two, proxy(2)));
  });
});

describe('a port', () => {
  it('that a setting names is the upstream’s at once, and the old one is free', async () => {
    const running = await begun(one, proxy(0));
    await lab.change({ upstreams: [{ ...setting('a')[0], port: base + 5 }, ...setting('b')] });
    expect(await ports()).toEqual({ a: 5, b: 2 });
    expect(await listens(base)).toBe(false);
    const later = await begun(one, proxy(5));
    await goesOn(one, running);
    await later.ended;
  });

  it('goes from one upstream to another without a moment in which nobody listens', async () => {
    const [first, second] = [await begun(one, proxy(0)), await begun(two, proxy(2))];
    const [a, b] = setting('a', 'b');
    await lab.change({
      upstreams: [
        { ...a, port: base + 2 },
        { ...b, port: base },
      ],
    });
    expect(await ports()).toEqual({ a: 2, b: 0 });
    const [third, fourth] = [await begun(one, proxy(2)), await begun(two, proxy(0))];
    await goesOn(one, first);
    await goesOn(two, second);
    await Promise.all([third.ended, fourth.ended]);
  });

  it('of all proxies moves with the first one', async () => {
    const running = await begun(one, proxy(0));
    const { restart_needed: waiting } = await lab.change({ proxy_port: base + 7 });
    expect([waiting, await ports()]).toEqual([[], { a: 7, b: 8 }]);
    expect([await listens(base), await listens(base + 2)]).toEqual([false, false]);
    await goesOn(one, running);
    await goesOn(two, await begun(two, proxy(8)));
  });

  it('that is taken is told, and everything goes on as it was', async () => {
    const other = await occupy(base + 5);
    const before = [file(), await tokwatt.get('/api/settings'), await ports()];
    const running = await begun(one, proxy(0));
    const [a, b] = setting('a', 'b');
    const patches = [
      { upstreams: [{ ...a, port: base + 5 }, b] },
      // Another port of the same change could be had.
      {
        upstreams: [
          { ...a, port: base + 4 },
          { ...b, port: base + 5 },
        ],
        gpu_interval_ms: 700,
      },
      { proxy_port: base + 5 },
    ];
    for (const patch of patches) {
      const answer = await call(tokwatt, 'PATCH', '/api/settings', patch);
      expect([answer.status, answer.body.code]).toEqual([409, 'listen']);
      expect(answer.body.detail).toMatch(new RegExp(`${base + 5}.*the port is taken on 127.0.0.1`));
      expect([file(), await tokwatt.get('/api/settings'), await ports()]).toEqual(before);
    }
    expect(await listens(base + 4)).toBe(false);
    await goesOn(one, running);
    await goesOn(one, await begun(one, proxy(0)));
    other.close();
    await lab.change(patches[0]!);
    expect(await ports()).toEqual({ a: 5, b: 2 });
  });
});

describe.skipIf(process.platform !== 'linux')('an address to listen on', () => {
  it('counts for the proxies at once; the API waits for the next start', async () => {
    const running = await begun(one, proxy(0));
    expect(await listens(base, '127.0.0.2')).toBe(false);
    expect((await lab.change({ bind: '0.0.0.0' })).restart_needed).toEqual(['bind']);
    expect(await listens(base, '127.0.0.2')).toBe(true);
    expect(await listens(base + 1, '127.0.0.2')).toBe(false);
    expect(await ports()).toEqual({ a: 0, b: 2 });
    await goesOn(one, running);
    const later = await begun(one, `http://127.0.0.2:${base}`);
    expect((await lab.change({ bind: null })).restart_needed).toEqual([]);
    expect(await listens(base, '127.0.0.2')).toBe(false);
    await goesOn(one, later);
    await goesOn(one, await begun(one, proxy(0)));
  });

  it('that cannot be had is told, and the old one goes on serving', async () => {
    const running = await begun(one, proxy(0));
    const foreign = await occupy(base + 2, '127.0.0.2');
    for (const bind of ['192.0.2.1', '0.0.0.0']) {
      const answer = await call(tokwatt, 'PATCH', '/api/settings', { bind });
      expect([answer.status, answer.body.code]).toEqual([409, 'listen']);
      await goesOn(one, await begun(one, proxy(0)));
      await goesOn(two, await begun(two, proxy(2)));
    }
    expect(await ports()).toEqual({ a: 0, b: 2 });
    await running.ended;
    foreign.close();
  });
});
