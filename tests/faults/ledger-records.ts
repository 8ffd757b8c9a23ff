import type { ActivityRecord } from '../../shared/usage.ts';

/** Noon of 21 November 2026, UTC. */
export const NOON = Date.UTC(2026, 10, 21, 12);

const ENERGY_PARTS = {
  ...{ netJoules: 7.5, prefillJoules: 2.5, decodeJoules: 10, measuredShare: 0.95 },
  hasOtherWork: true,
};

/** A clean chat exchange; `changes` replaces whole members. */
export function record(id: number, changes: Partial<ActivityRecord> = {}): ActivityRecord {
  const completedAt = changes.completedAt ?? NOON + id * 1_000;
  return {
    id,
    startedAt: completedAt - 1_250,
    completedAt,
    upstream: 'ollama',
    api: 'ollama',
    operation: 'chat',
    inference: true,
    method: 'POST',
    endpoint: '/api/chat',
    model: 'llama3.2:3b',
    countedModel: changes.model === undefined ? 'llama3.2:3b' : changes.model,
    responseModel: 'llama3.2:3b',
    architecture: 'llama',
    stream: true,
    status: 200,
    completed: true,
    finishReason: 'stop',
    error: null,
    usage: {
      inputTokens: 120,
      cachedInputTokens: 20,
      outputTokens: 240,
      reasoningTokens: null,
      provenance: {
        input: 'reported',
        cachedInput: 'derived',
        output: 'reported',
        reasoning: null,
      },
    },
    rates: {
      promptTokensPerSecond: 812.5,
      outputTokensPerSecond: 48.25,
      provenance: { prompt: 'reported', output: 'reported' },
    },
    timing: {
      durationMs: 1_250.125,
      timeToFirstTokenMs: 210.5,
      timeToFirstTextMs: 320.5,
      queueMs: null,
      loadMs: 0,
      prefillMs: 180.25,
      decodeMs: 990.75,
      interTokenP50Ms: 20.5,
      interTokenMaxMs: 61.25,
    },
    bytesIn: 640,
    bytesOut: 24_000,
    contentChunks: 240,
    energyJoules: 12.5,
    energyParts: changes.energyJoules === null ? null : ENERGY_PARTS,
    readable: true,
    estimateErrors: { input: null, output: null },
    refusals: ['server said 1 token, 214 chunks seen', 'server said 0 input tokens'],
    meterVersion: 1,
    sessionId: null,
    sessionSource: null,
    sampling: null,
    draftedTokens: 16,
    acceptedDraftTokens: 12,
    features: { tools: false, structuredOutput: null, images: true, thinking: null },
    client: {
      application: 'Open WebUI',
      address: '127.0.0.1',
      key: '1f2e…9abc',
      process: 'agent.py',
      origin: null,
      tag: null,
      claimsHop: false,
    },
    ...changes,
  };
}
