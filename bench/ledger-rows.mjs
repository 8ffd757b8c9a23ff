// @ts-check
/** Made-up rows for the bench of the ledger. */
/** @typedef {import('../shared/usage.ts').ActivityRecord} ActivityRecord */

/** @param {number} seed */
export function randomness(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    // mulberry32 is small, and its low bits are as good as its high bits.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/**
 * Returns a row as on a busy machine: a few models with most of the traffic, rare models, errors.
 * @param {number} id
 * @param {(below: number) => number} random
 * @param {number} end
 * @param {number} count
 * @returns {ActivityRecord}
 */
export function row(id, random, end, count) {
  // 23 exchanges a minute: a million of them in 30 days.
  const completedAt = end - (count - id) * 2_592 + random(1_000);
  const model = random(100) < 3 ? `rare-model-${random(4)}` : `model-${random(6)}:8b-q4_K_M`;
  const failed = random(40) === 0;
  const output = 50 + random(800);
  const rate = 20 + random(6_000) / 100;
  return {
    id,
    startedAt: completedAt - 4_000,
    completedAt,
    upstream: random(20) === 0 ? 'vllm' : 'ollama',
    api: random(150) === 0 ? 'anthropic' : random(3) === 0 ? 'openai' : 'ollama',
    operation: random(150) === 0 ? 'rerank' : random(10) === 0 ? 'embedding' : 'chat',
    inference: random(20) !== 0,
    method: 'POST',
    endpoint: random(3) === 0 ? '/v1/chat/completions' : '/api/chat',
    model,
    countedModel: model,
    responseModel: model,
    architecture: 'llama',
    stream: true,
    status: failed ? 500 : 200,
    completed: !failed,
    finishReason: failed ? null : 'stop',
    error: failed ? (random(3) === 0 ? 'upstream_died' : 'http_error') : null,
    ...measured(random, output, rate),
    bytesIn: 400 + random(20_000),
    bytesOut: output * 100,
    contentChunks: output,
    readable: true,
    estimateErrors: { input: null, output: null },
    refusals: [],
    meterVersion: 1,
    ...requested(id, random),
    features: { tools: false, structuredOutput: false, images: false, thinking: null },
    client: client(random),
  };
}

/**
 * A hundred sessions run side by side, each with some ten requests; every tenth row has none.
 * @param {number} id
 * @param {(below: number) => number} random
 */
function requested(id, random) {
  const session = `inferred-${Math.floor(id / 1_000)}-${random(100)}`;
  return {
    ...(random(10) === 0
      ? { sessionId: null, sessionSource: null }
      : { sessionId: session, sessionSource: /** @type {const} */ ('inferred') }),
    ...{ sampling: null, draftedTokens: null, acceptedDraftTokens: null },
  };
}

/**
 * @param {(below: number) => number} random
 * @param {number} output tokens
 * @param {number} rate tokens a second
 * @returns {Pick<ActivityRecord, 'usage' | 'energyJoules' | 'energyParts' | 'rates' | 'timing'>}
 */
function measured(random, output, rate) {
  return {
    usage: {
      inputTokens: 100 + random(4_000),
      cachedInputTokens: random(2) === 0 ? null : random(100),
      outputTokens: output,
      reasoningTokens: null,
      provenance: { input: 'reported', cachedInput: null, output: 'reported', reasoning: null },
    },
    energyJoules: random(100_000) / 100,
    energyParts: {
      netJoules: random(50_000) / 100,
      prefillJoules: random(10_000) / 100,
      decodeJoules: random(40_000) / 100,
      measuredShare: 1,
      hasOtherWork: random(2) === 0 ? null : random(10) === 0,
    },
    rates: {
      promptTokensPerSecond: 200 + random(100_000) / 100,
      outputTokensPerSecond: rate,
      provenance: { prompt: 'reported', output: 'reported' },
    },
    timing: {
      durationMs: (output / rate) * 1_000 + random(1_000) / 1_000,
      timeToFirstTokenMs: 100 + random(900_000) / 1_000,
      timeToFirstTextMs: null,
      queueMs: null,
      loadMs: random(100) / 7,
      prefillMs: 100 + random(1_000) / 7,
      decodeMs: (output / rate) * 1_000,
      interTokenP50Ms: 1_000 / rate,
      interTokenMaxMs: 5_000 / rate,
    },
  };
}

/**
 * @param {(below: number) => number} random
 * @returns {ActivityRecord['client']}
 */
function client(random) {
  return {
    application: ['Open WebUI', 'curl', 'LangChain', null][random(4)] ?? null,
    address: '127.0.0.1',
    key: random(4) === 0 ? `key-${random(5)}` : null,
    process: ['agent.py', 'curl', null][random(3)] ?? null,
    origin: null,
    tag: null,
    claimsHop: false,
  };
}
