import { describe, expect, it } from 'vitest';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { testMeter } from '../../../tests/support/test-meter.ts';
import type { ExchangeTap } from '../proxy/tap.ts';
import type { Meter } from './meter.ts';

const REQUEST = JSON.stringify({ model: 'm', stream: true, messages: [{ content: 'x' }] });
const BEGIN = {
  type: 'message_start',
  message: { model: 'm', usage: { input_tokens: 5, output_tokens: 1 } },
};
const TEXT = { type: 'content_block_delta', delta: { type: 'text_delta', text: 'word ' } };
const event = (value: { readonly type: string }): Buffer =>
  Buffer.from(`event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`);

interface Bench {
  readonly meter: Meter;
  readonly rows: ActivityRecord[];
  readonly exchange: ExchangeTap;
}

function open(path = '/v1/messages'): Bench {
  const rows: ActivityRecord[] = [];
  const meter = testMeter(rows);
  const exchange = meter.open({
    upstream: { name: 'box', url: new URL('http://127.0.0.1'), exactUsage: false },
    method: 'POST',
    target: path,
    rawHeaders: ['Content-Type', 'application/json'],
    remoteAddress: null,
    connection: null,
    at: Date.now(),
    monotonicAt: performance.now(),
  });
  if (exchange === null) throw new Error('the exchange is not metered');
  exchange.requestChunk(Buffer.from(REQUEST));
  exchange.requestEnd();
  return { meter, rows, exchange };
}

/** Abandons an exchange as the proxy does after an error in the tap. */
function abandon({ exchange, rows }: Bench, status: number | null): ActivityRecord | undefined {
  const outcome = { kind: 'complete' } as const;
  exchange.abandon({ outcome, status, requestBytes: REQUEST.length, responseBytes: 9_000 });
  return rows[0];
}

const STREAM = ['Content-Type', 'text/event-stream'];

describe('the row of an exchange whose metering failed', () => {
  it('keeps what was shown in flight, marked as estimated', () => {
    const bench = open();
    bench.exchange.response(200, STREAM);
    bench.exchange.responseChunk(event(BEGIN));
    for (let n = 0; n < 7; n += 1) bench.exchange.responseChunk(event(TEXT));
    const [shown] = bench.meter.inFlight();
    expect(shown).toMatchObject({ inputTokens: 5, outputTokensSoFar: 7 });
    expect(abandon(bench, 200)).toMatchObject({
      error: 'metering_failed',
      completed: false,
      contentChunks: 7,
      usage: {
        inputTokens: 5,
        outputTokens: 7,
        provenance: { input: 'estimated', output: 'estimated' },
      },
      estimateErrors: { input: null, output: null },
    });
    expect(bench.meter.inFlight()).toEqual([]);
  });

  it('has unknown counts where nothing was seen', () => {
    const bench = open();
    bench.exchange.response(200, STREAM);
    expect(abandon(bench, 200)).toMatchObject({
      contentChunks: null,
      usage: { inputTokens: null, outputTokens: null, provenance: { output: null } },
    });
  });

  it.each([
    ['an error', '/v1/messages', 500],
    ['no answer', '/v1/messages', null],
    ['an answer without tokens', '/v1/models', 200],
  ])('has unknown counts for %s', (_, path, status) => {
    const bench = open(path);
    bench.exchange.response(status ?? 200, STREAM);
    bench.exchange.responseChunk(event(TEXT));
    expect(abandon(bench, status)?.usage.outputTokens).toBeNull();
  });
});
