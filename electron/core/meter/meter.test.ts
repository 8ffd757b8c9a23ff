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
  const meter = new Meter({
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
  const exchange = meter.open(head(upstream, path));
  exchange?.requestChunk(Buffer.from(JSON.stringify({ model, messages: [{ content: 'x' }] })));
  exchange?.requestEnd();
  expect(meter.inFlight()).toMatchObject([{ model, countedModel: counted }]);
  exchange?.response(200, ['content-type', 'application/json']);
  exchange?.end({ kind: 'complete' });
  expect(records).toMatchObject([{ model, countedModel: counted }]);
});
