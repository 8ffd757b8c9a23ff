import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Delta } from '../../../../shared/snapshot.ts';
import { scenario } from '../../../../tests/support/scenarios.ts';
import { createLog } from '../../log.ts';
import { serveApi } from '../api-server.ts';
import type { RunningApi } from '../api-server.ts';
import { EventHub } from './event-hub.ts';
import { eventsRoutes } from './event-routes.ts';

const STALL_MS = 400;

let api: RunningApi | null = null;
afterEach(() => api?.close());

/** A server with only the event route; the test changes its state. */
async function serve(): Promise<{ url: string; change: () => void }> {
  const { state } = scenario('full', Date.now());
  const listeners = new Set<(delta: Delta) => void>();
  let seq = 1;
  const hub = new EventHub({
    startedAt: Date.now(),
    core: {
      snapshot: () => ({ seq, state }),
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    recorder: {
      lastId: 0,
      ledger: {
        state: { status: 'ok', message: null, messageSentence: null, waiting: 0, dropped: 0 },
        flush: () => Promise.resolve(),
        recordsAfter: () => {
          throw new Error('nothing was missed');
        },
      },
    },
  });
  const auth = { hasToken: () => false };
  const log = createLog('error');
  const routes = eventsRoutes({ events: hub, auth, log, stallMs: STALL_MS });
  api = await serveApi(() => Promise.resolve(routes), {
    port: 0,
    bind: '127.0.0.1',
    token: { value: 'none' },
  });
  const change = (): void => {
    seq += 1;
    for (const listener of listeners) listener({ seq, changed: { recent: state.recent } });
  };
  return { url: api.url, change };
}

describe('a reader that does not read', () => {
  it('is disconnected, and the others are not', async () => {
    const { url, change } = await serve();
    const { port, hostname, host } = new URL(url);
    const stalled = connect(Number(port), hostname);
    stalled.pause();
    stalled.write(`GET /events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const other = await fetch(`${url}/events?types=live`);
    const reader = other.body?.getReader();
    const changes = setInterval(change, 1);
    let read = 0;
    const reading = (async () => {
      for (;;) {
        const piece = await reader?.read().catch(() => undefined);
        if (piece?.value === undefined) return;
        read += piece.value.byteLength;
      }
    })();
    // The client reads nothing, so it notices the closed connection only when it writes.
    const closed = new Promise((resolve) => stalled.once('close', resolve));
    stalled.on('error', () => undefined);
    const poke = setInterval(() => stalled.write('\r\n'), 50);
    await closed;
    clearInterval(poke);
    const before = read;
    await expect.poll(() => read, { timeout: 5_000 }).toBeGreaterThan(before);
    clearInterval(changes);
    await reader?.cancel();
    await reading;
  });
});
