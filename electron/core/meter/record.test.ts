import { describe, expect, it } from 'vitest';
import { NO_RATES } from '../../../shared/usage.ts';
import type { Usage } from '../../../shared/usage.ts';
import { activityRecord, usageOf } from '../../../tests/support/records.ts';
import { NO_CLAIMS, NO_TIMES } from '../usage/claims.ts';
import { ruleEstimator } from '../usage/estimate.ts';
import type { UsageClaim } from '../usage/claims.ts';
import type { Extraction, RequestFacts } from '../usage/extractor.ts';
import { routeRequest } from '../usage/registry.ts';
import { NO_FACTS } from '../usage/request.ts';
import { Gaps } from './arrivals.ts';
import { record } from './record.ts';
import type { Seen } from './record.ts';

/** A usage as told at an answer's end. */
function claimOf(usage: Usage): UsageClaim {
  return { usage, chunks: 1_000, isFinal: true };
}

const facts: RequestFacts = {
  model: 'm',
  stream: true,
  inference: true,
  unloads: false,
  answersPerPrompt: 1,
  session: NO_FACTS.session,
  sampling: null,
  features: { tools: false, structuredOutput: false, images: false, thinking: null },
};
const extraction: Extraction = {
  responseModel: 'm-file',
  claims: { ...NO_CLAIMS, parts: [claimOf(usageOf(100, 21))] },
  finishReason: 'stop',
  completed: true,
  failed: false,
  modelUnknown: false,
  contextWords: null,
  instead: null,
  toolsCalled: false,
  inference: true,
  architecture: null,
  responseId: null,
  drafts: null,
};

function gapsOf(count: number, ms: number): Gaps {
  const gaps = new Gaps();
  for (let i = 0; i < count; i += 1) gaps.add(ms);
  return gaps;
}

/** A streamed chat: first content after 1 s, last after 3 s, end after 3.1 s. */
function seen(given: Partial<Seen> = {}): Seen {
  return {
    head: {
      upstream: { name: 'u', url: new URL('http://127.0.0.1'), exactUsage: false },
      method: 'POST',
      target: '/v1/chat/completions',
      rawHeaders: [],
      remoteAddress: null,
      connection: null,
      at: 1_000_000,
      monotonicAt: 500,
    },
    route: routeRequest('POST', '/v1/chat/completions'),
    serverKind: null,
    client: activityRecord().client,
    facts,
    session: null,
    extraction,
    contentChunks: 21,
    characters: 84,
    status: 200,
    outcome: { kind: 'complete' },
    readable: true,
    bytesIn: 400,
    requestBytes: 400,
    bytesOut: 4_000,
    endedAt: 3_600,
    completedAt: 1_003_100,
    firstContentAt: 1_500,
    lastContentAt: 3_500,
    firstTextAt: 1_500,
    gaps: gapsOf(20, 100),
    estimator: () => ruleEstimator({ bytesPerInputToken: 4, tokensPerOutputChunk: 1 }),
    ...given,
  };
}
const cutOff: Extraction = {
  ...extraction,
  claims: NO_CLAIMS,
  completed: false,
  finishReason: null,
};

describe('the row of an exchange', () => {
  it('belongs to the moment that the clock shows at its end, and never ends before it starts', () => {
    const day = 86_400_000;
    for (const [set, startedAt] of [
      [0, 1_000_000],
      [day, 1_000_000],
      [-day, 1_000_000 - day],
    ] as const) {
      const row = record(seen({ completedAt: 1_003_100 + set }));
      expect(row).toMatchObject({ startedAt, completedAt: 1_003_100 + set });
      expect(row.timing).toMatchObject({ durationMs: 3_100, timeToFirstTokenMs: 1_000 });
    }
  });

  it('derives speeds from the clock where the server gives none, and marks them', () => {
    const cached = { ...usageOf(100, 21), cachedInputTokens: 25 };
    const told = { ...extraction, claims: { ...NO_CLAIMS, parts: [claimOf(cached)] } };
    const { rates, timing } = record(seen({ extraction: told }));
    expect(timing).toMatchObject({ durationMs: 3_100, timeToFirstTokenMs: 1_000, decodeMs: 2_000 });
    expect(rates).toEqual({
      promptTokensPerSecond: 75,
      outputTokensPerSecond: 10,
      provenance: { prompt: 'estimated', output: 'derived' },
    });
  });

  it('takes the speeds that the server gives', () => {
    const times = { ...NO_TIMES, promptRate: 7, outputRate: 9 };
    const told = { ...extraction, claims: { ...extraction.claims, times } };
    expect(record(seen({ extraction: told })).rates).toEqual({
      promptTokensPerSecond: 7,
      outputTokensPerSecond: 9,
      provenance: { prompt: 'reported', output: 'reported' },
    });
  });

  it('gives a lower bound of the speed for an answer in one piece, marked as an estimate', () => {
    const unary = seen({ contentChunks: null, firstContentAt: null, lastContentAt: null });
    expect(record(unary)).toMatchObject({
      timing: { timeToFirstTokenMs: null, decodeMs: null },
      rates: { outputTokensPerSecond: 21 / 3.1, provenance: { prompt: null, output: 'estimated' } },
    });
  });

  it('has no moment after its end, though compressed content is read later', () => {
    const { timing } = record(
      seen({ endedAt: 1_500, firstContentAt: 1_510, lastContentAt: 1_512, firstTextAt: 1_511 }),
    );
    expect(timing).toMatchObject({
      durationMs: 1_000,
      timeToFirstTokenMs: 1_000,
      timeToFirstTextMs: 1_000,
    });
  });

  it.each([
    [{ kind: 'client-aborted' }, 200, 'client_aborted'],
    [{ kind: 'cancelled' }, 200, 'cancelled_by_user'],
    [{ kind: 'stopped' }, 200, 'incomplete'],
    [{ kind: 'upstream-died', code: null }, 200, 'upstream_died'],
    [{ kind: 'complete' }, 200, 'incomplete'],
  ] as const)('fills the blanks of a stream that ended with %j', (outcome, status, error) => {
    const row = record(
      seen({ outcome, status, extraction: cutOff, contentChunks: 5, characters: 20 }),
    );
    expect(row).toMatchObject({ completed: false, error });
    expect(row.usage).toEqual(usageOf(100, 5, 'estimated'));
  });

  it('keeps what a cut-off stream had told', () => {
    const row = record(
      seen({
        outcome: { kind: 'client-aborted' },
        extraction: { ...cutOff, claims: { ...NO_CLAIMS, parts: [claimOf(usageOf(7, null))] } },
        contentChunks: 5,
        characters: 20,
      }),
    );
    expect(row.usage).toMatchObject({
      inputTokens: 7,
      outputTokens: 5,
      provenance: { input: 'reported', output: 'estimated' },
    });
  });

  it('counts a request that the user cancelled before its answer as one whose client left', () => {
    const [cancelled, left] = [
      seen({ outcome: { kind: 'cancelled' }, status: 499, extraction: cutOff }),
      seen({ outcome: { kind: 'client-aborted' }, status: null, extraction: null }),
    ].map((each) => record(each));
    expect(cancelled).toMatchObject({ error: 'cancelled_by_user', status: 499, completed: false });
    expect(cancelled!.usage).toEqual(left!.usage);
    expect(cancelled!.usage.provenance.input).toBe('estimated');
  });

  it('estimates nothing for what failed before an answer began', () => {
    const unreachable = { kind: 'upstream-unreachable', code: 'ECONNREFUSED' } as const;
    const row = record(seen({ outcome: unreachable, status: 502, extraction: cutOff }));
    expect(row).toMatchObject({ error: 'upstream_unreachable', usage: usageOf(null, null) });
    const garbage = { kind: 'malformed-answer', code: 'HPE_INVALID_CONSTANT' } as const;
    expect(record(seen({ outcome: garbage, status: 502, extraction: cutOff }))).toMatchObject({
      error: 'malformed_answer',
      usage: usageOf(null, null),
    });
    const denied = record(seen({ status: 401, extraction: cutOff }));
    expect(denied).toMatchObject({ error: 'http_error', usage: usageOf(null, null) });
  });

  it('counts an answer complete whose client hung up right behind its end', () => {
    for (const kind of ['client-aborted', 'stopped'] as const) {
      const row = record(seen({ outcome: { kind } }));
      expect(row).toMatchObject({ completed: true, error: null });
    }
  });

  it('knows nothing of an answer that cannot be read, and calls it no error', () => {
    const row = record(
      seen({
        readable: false,
        characters: 0,
        extraction: cutOff,
        contentChunks: null,
      }),
    );
    expect(row).toMatchObject({
      readable: false,
      completed: false,
      error: null,
      usage: usageOf(null, null),
    });
  });

  it('fails where the server told an error in an answer that counts no tokens', () => {
    const pull = { ...extraction, inference: false, completed: false, failed: true };
    expect(record(seen({ extraction: pull, contentChunks: null }))).toMatchObject({
      inference: false,
      completed: false,
      error: 'stream_error',
    });
  });

  it('counts no tokens for a load', () => {
    const row = record(seen({ extraction: { ...extraction, inference: false } }));
    expect(row).toMatchObject({ inference: false, completed: true, usage: usageOf(null, null) });
    expect(row.rates).toEqual(NO_RATES);
  });

  it('names the model asked for, or the one that answered', () => {
    expect(record(seen())).toMatchObject({ model: 'm', responseModel: 'm-file' });
    expect(record(seen({ facts: { ...facts, model: null } })).model).toBe('m-file');
  });

  it('counts under no model what the server does not know, and keeps the name asked for', () => {
    const unknown = { ...cutOff, modelUnknown: true };
    expect(record(seen({ status: 404, extraction: unknown }))).toMatchObject({
      model: 'm',
      countedModel: null,
      error: 'http_error',
    });
    expect(record(seen())).toMatchObject({ model: 'm', countedModel: 'm' });
  });

  it('never has a negative duration', () => {
    expect(record(seen({ endedAt: 400 })).timing.durationMs).toBe(0);
  });
});
