import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { EnergyMeter } from '../hardware/energy.ts';
import { SILENT_LOG } from '../log.ts';
import type { RequestHead } from '../proxy/tap.ts';
import { Meter } from './meter.ts';
import { ThroughputHistory } from './throughput.ts';

const KINDS: Readonly<Record<string, string>> = { box: 'ollama', rack: 'vllm' };

function head(upstream: string, target: string): RequestHead {
  return {
    upstream: { name: upstream, url: new URL('http://127.0.0.1'), exactUsage: false },
    method: 'POST',
    target,
    rawHeaders: [],
    remoteAddress: null,
    at: Date.now(),
    monotonicAt: performance.now(),
  };
}

function meterInto(records: ActivityRecord[]): Meter {
  return new Meter({
    throughput: new ThroughputHistory(),
    energy: new EnergyMeter(performance.now()),
    settings: () => DEFAULT_SETTINGS,
    salt: 'salt',
    hops: { judge: () => 'none' },
    namingOf: (name) => KINDS[name] ?? null,
    nextId: () => 1,
    architecture: () => null,
    onRecord: (record) => void records.push(record),
    onChange: () => undefined,
    log: SILENT_LOG,
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
