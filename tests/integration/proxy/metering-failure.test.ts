import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { MeterOptions } from '../../../electron/core/meter/meter-options.ts';
import type { Meter } from '../../../electron/core/meter/meter.ts';
import { NO_PROMPT_PROGRESS } from '../../../electron/core/usage/claims.ts';
import { ollama } from '../../../electron/core/usage/ollama.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { UNKNOWN_USAGE } from '../../../shared/usage.ts';
import { usageOf } from '../../support/records.ts';
import { recordingLog, request, sleep, startProxy, startServer, until } from './lab.ts';
import type { LogLine } from './lab.ts';
import { CAPTURING, testMeter } from '../../support/test-meter.ts';

const FRAMES = [
  '{"model":"m","message":{"content":"one"},"done":false}\n',
  '{"model":"m","message":{"content":"two"},"done":true,"eval_count":2,"prompt_eval_count":3}\n',
];
const BODY = FRAMES.join('');
const CHAT = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'secret' }] });

interface Bench {
  readonly meter: Meter;
  readonly rows: ActivityRecord[];
  readonly errors: () => LogLine[];
  /** Sends a chat through a proxy with this meter; the body that the client got. */
  readonly chat: () => Promise<string>;
}

/** A real meter behind a proxy whose upstream streams two frames, compressed if asked. */
async function bench(
  options: Partial<MeterOptions> & { readonly gzip?: boolean } = {},
): Promise<Bench> {
  const { gzip = false, ...given } = options;
  const log = recordingLog();
  const rows: ActivityRecord[] = [];
  const meter = testMeter(rows, { settings: () => CAPTURING, log, ...given });
  const upstream = await startServer((req, res) => {
    req.resume();
    req.on('end', () => {
      res.writeHead(200, {
        'content-type': 'application/x-ndjson',
        ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      });
      if (gzip) {
        res.end(gzipSync(BODY));
        return;
      }
      res.write(FRAMES[0]);
      setTimeout(() => res.end(FRAMES[1]), 20);
    });
  });
  const { url } = await startProxy(upstream.url, { tap: meter, log });
  return {
    meter,
    rows,
    errors: () => log.lines.filter(({ level }) => level === 'error'),
    chat: async () => (await request(`${url}/api/chat`, { method: 'POST' }, CHAT)).body,
  };
}

/** Breaks one step of the dialect's readers, from the given call on. */
function breakDialect(part: 'facts' | 'push' | 'contentChunks' | 'result'): void {
  const fail = (): never => {
    throw new Error('prompt: secret');
  };
  if (part === 'facts') {
    const real = ollama.request.bind(ollama);
    vi.spyOn(ollama, 'request').mockImplementation((...args) => {
      const reader = real(...args);
      return { push: (chunk) => reader.push(chunk), facts: fail };
    });
    return;
  }
  const real = ollama.response.bind(ollama);
  vi.spyOn(ollama, 'response').mockImplementation((...args) => {
    const reader = real(...args);
    return {
      push: part === 'push' ? fail : (chunk) => reader.push(chunk),
      end: (clean) => reader.end(clean),
      get contentChunks() {
        return part === 'contentChunks' ? fail() : reader.contentChunks;
      },
      characters: 0,
      hasVisibleText: false,
      inputTokensSoFar: null,
      promptSoFar: NO_PROMPT_PROGRESS,
      result: part === 'result' ? fail : () => reader.result(),
    };
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(['facts', 'push', 'contentChunks', 'result'] as const)(
  'an exchange whose metering fails in %s',
  (part) => {
    test('continues, is listed until its end, and has a marked row', async () => {
      breakDialect(part);
      const { meter, rows, errors, chat } = await bench();
      const answer = chat();
      await until(() => meter.inFlight().length === 1 || rows.length === 1);
      expect(await answer).toBe(BODY);
      await until(() => rows.length === 1);
      expect(rows[0]).toMatchObject({
        endpoint: '/api/chat',
        model: part === 'facts' ? null : 'm',
        status: 200,
        completed: false,
        error: 'metering_failed',
        usage: part === 'result' ? usageOf(null, 2, 'estimated') : UNKNOWN_USAGE,
        contentChunks: part === 'result' ? 2 : null,
        bytesIn: CHAT.length,
        bytesOut: BODY.length,
      });
      expect(rows[0]?.timing.durationMs).toBeGreaterThan(15);
      await sleep(20);
      expect([meter.inFlight().length, rows.length]).toEqual([0, 1]);
      expect(errors()).toHaveLength(1);
      expect(JSON.stringify(errors())).not.toContain('secret');
    });
  },
);

test('a failure in a compressed answer, which is read later, ends the same way', async () => {
  breakDialect('push');
  const { meter, rows, errors, chat } = await bench({ gzip: true });
  await chat();
  await until(() => rows.length === 1);
  expect(rows[0]).toMatchObject({ error: 'metering_failed', status: 200, usage: UNKNOWN_USAGE });
  expect(rows[0]?.bytesOut).toBe(gzipSync(BODY).length);
  expect(meter.inFlight()).toEqual([]);
  expect(errors()).toHaveLength(1);
});

test('a failed exchange leaves no partial capture', async () => {
  breakDialect('contentChunks');
  const captures: unknown[] = [];
  const { chat } = await bench({ onRecord: (_record, { capture }) => void captures.push(capture) });
  await chat();
  await until(() => captures.length === 1);
  expect(captures).toEqual([null]);
});

test('nothing stays in flight if creating or storing the row of the failure fails too', async () => {
  breakDialect('push');
  const fail = (): never => {
    throw new Error('no more ids');
  };
  const { meter, errors, chat } = await bench({ nextId: fail });
  expect(await chat()).toBe(BODY);
  await until(() => errors().length === 1);
  await sleep(50);
  expect(meter.inFlight()).toEqual([]);
});

test('a record that onRecord rejects is not passed on again', async () => {
  let told = 0;
  const onRecord = (): never => {
    told += 1;
    throw new Error('the disk is full');
  };
  const { meter, errors, chat } = await bench({ onRecord });
  expect(await chat()).toBe(BODY);
  await until(() => errors().length === 1);
  await sleep(50);
  expect([told, meter.inFlight().length]).toEqual([1, 0]);
});

test('an exchange that could not be opened does not stay in flight', async () => {
  let fails = true;
  const onChange = (): void => {
    if (fails) throw new Error('nobody listens');
  };
  const { meter, errors, chat } = await bench({ onChange });
  expect(await chat()).toBe(BODY);
  await until(() => errors().length === 1);
  fails = false;
  expect(meter.inFlight()).toEqual([]);
});
