/** Settings that change while a stream runs: they count at once, and the stream goes on untouched. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { openStream, startSteppedUpstream } from '../support/stepped-upstream.ts';
import type { SteppedUpstream } from '../support/stepped-upstream.ts';

interface Change {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly restart_needed: readonly string[];
}

let upstream: SteppedUpstream;
let tokwatt: Headless;

beforeAll(async () => {
  upstream = await startSteppedUpstream();
  tokwatt = await startHeadless({ args: ['--upstream', `usual=${upstream.url}`] });
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
});

const change = (patch: object): Promise<Change> => ask(tokwatt, 'PATCH', '/api/settings', patch);

/** Makes changes while a stream runs, and holds that every byte of it arrives, in order. */
async function whileStreaming(body: object, changes: () => Promise<void>): Promise<void> {
  const stream = await openStream(tokwatt.proxy, body);
  await stream.until('stepped begins');
  await changes();
  upstream.step();
  await stream.until('stepped 1');
  upstream.finish();
  expect(await stream.ended).toMatch(
    /begins.*\n\ndata: .*stepped 1.*\n\n.*stop.*\n\ndata: \[DONE\]/s,
  );
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
  it('allowed hosts and origins counts for the next request, on the proxy and the API', async () => {
    const foreign = { host: 'meter.lan' };
    const page = { origin: 'http://page.example' };
    const proxied = (headers: Record<string, string>): Promise<number> =>
      statusOf(tokwatt.proxy, '/v1/models', headers);
    await whileStreaming({}, async () => {
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
});
