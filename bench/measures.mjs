// @ts-check
/** The measurements of an arm, once in each round. The caller interleaves rounds and arms. */
import { batch, exchange, stall } from './load.mjs';
import { quantile } from './statistics.mjs';

/**
 * @typedef {import('./load.mjs').Target} Target
 * @typedef {import('./processes.mjs').Running} Running
 * @typedef {{ name: string, process: Running | null, target: Target }} Arm `process` is null without a proxy
 *
 * @typedef {object} Sizes
 * @property {number} rounds
 * @property {number} requests number of unary requests, and of short streams, in each round and arm
 * @property {number} gapFrames frames of the paced stream
 * @property {number} cpuStreams concurrent streams while CPU is measured
 * @property {number} cpuTokens tokens of each of them
 * @property {number} memoryStreams
 */

const GAP_MS = 5;
const CPU_GAP_MS = 8;
const STALL_MS = 3_000;

/**
 * Sends requests one after the other on a kept connection.
 * @param {Arm} arm
 * @param {Sizes} sizes
 */
export async function latency({ target }, { requests }) {
  /** @type {number[]} */
  const unary = [];
  /** @type {number[]} */
  const first = [];
  for (let i = 0; i < requests; i += 1) {
    unary.push((await exchange(target, { stream: false, tokens: 40 })).totalMs);
  }
  for (let i = 0; i < requests; i += 1) {
    first.push((await exchange(target, { stream: true, tokens: 3 })).firstMs);
  }
  return {
    unaryP50Ms: quantile(unary, 0.5),
    unaryP99Ms: quantile(unary, 0.99),
    firstTokenP50Ms: quantile(first, 0.5),
    firstTokenP99Ms: quantile(first, 0.99),
  };
}

/**
 * Measures the gaps between the frames of a stream that the server sends at equal intervals.
 * @param {Arm} arm
 * @param {Sizes} sizes
 */
export async function gaps({ target }, { gapFrames }) {
  const wanted = { stream: true, tokens: gapFrames, gap_ms: GAP_MS };
  const { arrivals } = await exchange(target, wanted, true);
  const between = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at));
  return { gapP50Ms: quantile(between, 0.5), gapP99Ms: quantile(between, 0.99) };
}

/**
 * Measures the proxy's CPU seconds for a million streamed tokens, and its event-loop delay
 * meanwhile.
 * @param {Arm} arm
 * @param {Sizes} sizes
 */
export async function cpu({ process, target }, { cpuStreams, cpuTokens }) {
  if (process === null) return null;
  const before = await process.cpu();
  await process.watchDelay();
  const wanted = { stream: true, tokens: cpuTokens, gap_ms: CPU_GAP_MS };
  await batch(target, wanted, { count: cpuStreams, width: cpuStreams });
  const delay = await process.delay();
  const after = await process.cpu();
  const seconds = (after.user - before.user + after.system - before.system) / 1e6;
  const millions = (cpuStreams * cpuTokens) / 1e6;
  return { cpuSecondsPerMillion: seconds / millions, loopP99Ms: delay.p99, loopMaxMs: delay.max };
}

/**
 * Measures the memory that thousands of short streams leave after a garbage collection. The first
 * tenth is a warm-up and is not counted.
 * @param {Arm} arm
 * @param {Sizes} sizes
 */
export async function growth({ process, target }, { memoryStreams }) {
  if (process === null) return null;
  const wanted = { stream: true, tokens: 5 };
  await batch(target, wanted, { count: Math.ceil(memoryStreams / 10), width: 16 });
  const before = await process.memory();
  await batch(target, wanted, { count: memoryStreams, width: 16 });
  const after = await process.memory();
  return {
    heapGrowthMb: (after.heapUsed - before.heapUsed) / 1e6,
    rssGrowthMb: (after.rss - before.rss) / 1e6,
  };
}

/**
 * Measures the memory that the proxy holds for a client that stopped reading a fast stream.
 * @param {Arm} arm
 */
export async function stalled({ process, target }) {
  if (process === null) return null;
  const before = await process.memory();
  const hangUp = await stall(target, { stream: true, tokens: 20_000, frame_bytes: 8_192 });
  await new Promise((resolve) => setTimeout(resolve, STALL_MS));
  const after = await process.memory();
  hangUp();
  return { stalledMb: (after.rss - before.rss) / 1e6 };
}
