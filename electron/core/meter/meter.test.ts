import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { RequestHead } from '../proxy/tap.ts';
import type { Meter } from './meter.ts';
import { ThroughputHistory } from './throughput.ts';
import { testMeter } from '../../../tests/support/test-meter.ts';

const KINDS: Readonly<Record<string, string>> = { box: 'ollama', rack: 'vllm' };

function head(upstream: string, target: string): RequestHead {
  return {
    upstream: { name: upstream, url: new URL('http://127.0.0.1'), exactUsage: false },
    method: 'POST',
    target,
    rawHeaders: [],
    remoteAddress: null,
    connection: null,
    at: Date.now(),
    monotonicAt: performance.now(),
  };
}

function meterInto(
  records: ActivityRecord[],
  isLoaded: boolean | null = null,
  throughput = new ThroughputHistory(),
): Meter {
  return testMeter(records, {
    throughput,
    namingOf: (name) => KINDS[name] ?? null,
    models: () => ({ architecture: () => null, isLoaded: () => isLoaded, loaded: () => null }),
  });
}

test.each([
  ['box', '/v1/chat/completions', 'plain:latest', 'plain'],
  ['box', '/api/chat', 'registry.ollama.ai/library/plain:latest', 'plain'],
  ['box', '/v1/messages', 'hf.co/org/model:latest', 'hf.co/org/model'],
  ['rack', '/v1/chat/completions', 'plain:latest', 'plain:latest'],
  ['rack', '/v1/chat/completions', 'library/plain', 'library/plain'],
  // A server that speaks Ollama's API need not follow its rules for names.
  ['rack', '/api/chat', 'plain:latest', 'plain:latest'],
  // Not recognised yet.
  ['new', '/api/chat', 'plain:latest', 'plain:latest'],
  ['new', '/v1/chat/completions', 'plain:latest', 'plain:latest'],
])('what %s is asked on %s for %s counts as %s', (upstream, path, model, counted) => {
  const records: ActivityRecord[] = [];
  const meter = meterInto(records);
  const exchange = meter.open(head(upstream, path));
  exchange?.requestChunk(Buffer.from(JSON.stringify({ model, messages: [{ content: 'x' }] })));
  exchange?.requestEnd();
  expect(meter.inFlight()).toMatchObject([{ model, countedModel: counted }]);
  exchange?.response(200, ['content-type', 'application/json']);
  exchange?.end({ kind: 'complete' });
  expect(records).toMatchObject([{ model, countedModel: counted }]);
});

const REPORTED = { cached: 0, reasoning: 0, cachedMark: 'reported', reasoningMark: 'reported' };
const UNKNOWN = { cached: null, reasoning: null, cachedMark: null, reasoningMark: null };

test.each([
  ['box', '/v1/responses', 0, UNKNOWN],
  ['box', '/v1/responses', 7, { ...UNKNOWN, cached: 7, cachedMark: 'reported' }],
  ['rack', '/v1/responses', 0, REPORTED],
  ['new', '/v1/responses', 0, REPORTED],
])(
  'a zero for cached or reasoning tokens is unknown only from Ollama: %s, %s, %i cached',
  (upstream, path, cached, is) => {
    const records: ActivityRecord[] = [];
    const exchange = meterInto(records).open(head(upstream, path));
    exchange?.requestChunk(Buffer.from(JSON.stringify({ model: 'm', input: 'Hi' })));
    exchange?.requestEnd();
    exchange?.response(200, ['content-type', 'application/json']);
    const usage = {
      input_tokens: 30,
      input_tokens_details: { cached_tokens: cached },
      output_tokens: 2,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 32,
    };
    const content = [{ type: 'output_text', text: 'Hi you' }];
    const output = [{ type: 'message', content }];
    const answer = { model: 'm', status: 'completed', output, usage };
    exchange?.responseChunk(Buffer.from(JSON.stringify(answer)));
    exchange?.end({ kind: 'complete' });
    expect(records).toMatchObject([
      {
        usage: {
          inputTokens: 30,
          cachedInputTokens: is.cached,
          outputTokens: 2,
          reasoningTokens: is.reasoning,
          provenance: {
            input: 'reported',
            cachedInput: is.cachedMark,
            output: 'reported',
            reasoning: is.reasoningMark,
          },
        },
      },
    ]);
  },
);

describe('a prompt whose progress is not told', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'Date'] }));
  afterEach(() => void vi.useRealTimers());

  const PATH = '/v1/chat/completions';
  const BODY = JSON.stringify({ model: 'm', messages: [{ content: 'x'.repeat(4_000) }] });
  const timings = { cache_n: 0, prompt_n: 1_000, prompt_ms: 10_000, prompt_per_second: 100 };

  /** The live input speed two seconds after the start of the second request for a model. */
  function secondRequest(isLoaded: boolean | null, isGivenUp = false): number {
    const throughput = new ThroughputHistory();
    const meter = meterInto([], isLoaded, throughput);
    const first = meter.open(head('rack', PATH));
    first?.requestChunk(Buffer.from(BODY));
    first?.requestEnd();
    vi.advanceTimersByTime(10_000);
    first?.response(200, ['content-type', 'application/json']);
    const message = { role: 'assistant', content: 'Hi' };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    first?.responseChunk(Buffer.from(JSON.stringify({ model: 'm', choices, timings })));
    first?.end({ kind: 'complete' });
    vi.advanceTimersByTime(60_000);
    const second = meter.open(head('rack', PATH));
    second?.requestChunk(Buffer.from(BODY));
    second?.requestEnd();
    vi.advanceTimersByTime(2_000);
    meter.advance();
    if (isGivenUp) second?.end({ kind: 'client-aborted' });
    return throughput.view(Date.now()).inputTokensPerSecond;
  }

  test.each([true, null])('advances at the usual speed if the model is loaded: %s', (isLoaded) => {
    expect(secondRequest(isLoaded)).toBeCloseTo(200 / 3, 0);
  });

  test('stays where it was if the client leaves', () => {
    expect(secondRequest(true, true)).toBeCloseTo(200 / 3, 0);
  });

  test('does not advance while the model loads', () => {
    expect(secondRequest(false)).toBe(0);
  });
});
