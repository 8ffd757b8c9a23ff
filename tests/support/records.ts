import type { ActivityRecord } from '../../shared/usage.ts';
import { UNKNOWN_USAGE } from '../../shared/usage.ts';

/** An ordinary finished chat with the given changes. */
export function activityRecord(given: Partial<ActivityRecord> = {}): ActivityRecord {
  return {
    id: 1,
    startedAt: Date.UTC(2026, 10, 21, 12, 0, 0),
    completedAt: Date.UTC(2026, 10, 21, 12, 0, 2),
    upstream: 'ollama',
    api: 'ollama',
    operation: 'chat',
    inference: true,
    method: 'POST',
    endpoint: '/api/chat',
    model: 'qwen3:8b',
    countedModel: given.model === undefined ? 'qwen3:8b' : given.model,
    responseModel: 'qwen3:8b',
    architecture: 'qwen3',
    stream: true,
    status: 200,
    completed: true,
    finishReason: 'stop',
    error: null,
    usage: usageOf(29, 42),
    rates: {
      promptTokensPerSecond: 500,
      outputTokensPerSecond: 70,
      provenance: { prompt: 'derived', output: 'derived' },
    },
    timing: {
      durationMs: 2_000,
      timeToFirstTokenMs: 300,
      timeToFirstTextMs: 300,
      queueMs: null,
      loadMs: 50,
      prefillMs: 56,
      decodeMs: 600,
      interTokenP50Ms: 14,
      interTokenMaxMs: 20,
    },
    bytesIn: 120,
    bytesOut: 4_200,
    contentChunks: 42,
    energyJoules: null,
    energyParts: null,
    readable: true,
    estimateErrors: { input: null, output: null },
    refusals: [],
    meterVersion: 1,
    sessionId: null,
    sessionSource: null,
    sampling: null,
    draftedTokens: null,
    acceptedDraftTokens: null,
    features: { tools: false, structuredOutput: false, images: false, thinking: null },
    client: {
      application: 'curl',
      address: '127.0.0.1',
      key: null,
      process: null,
      origin: null,
      tag: null,
      claimsHop: false,
    },
    ...given,
  };
}

/** A reported usage without cached tokens and with unknown reasoning tokens. */
export function usageOf(
  input: number | null,
  output: number | null,
  provenance: 'reported' | 'estimated' = 'reported',
): ActivityRecord['usage'] {
  return {
    ...UNKNOWN_USAGE,
    inputTokens: input,
    outputTokens: output,
    provenance: {
      ...UNKNOWN_USAGE.provenance,
      input: input === null ? null : provenance,
      output: output === null ? null : provenance,
    },
  };
}
