/** Converts the durations and speeds of servers to milliseconds and tokens per second. */
import type { Usage } from '../../../shared/usage.ts';
import type { Times } from './claims.ts';
import { NO_TIMES } from './claims.ts';
import { at, isObject } from './json-text.ts';
import { count, isInformative, usageOf } from './usage-shapes.ts';

/**
 * A duration in milliseconds from a number in another unit; null if it is negative or not a number.
 */
export function duration(value: unknown, msPerUnit: number): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? value * msPerUnit
    : null;
}

function rate(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}

/** Times, with the counts that were sent next to them. */
export interface TimedUsage {
  readonly usage: Usage;
  readonly times: Times;
}

/**
 * Reads llama.cpp's `timings`. `prompt_n` is the evaluated part of the prompt, `cache_n` the cached
 * part. Builds without `cache_n` give a lower bound of the prompt, which is marked as an estimate.
 *
 * @returns null if there are none, or only the zeros before the first token
 */
export function llamaTimings(value: unknown): TimedUsage | null {
  if (!isObject(value)) return null;
  const fresh = count(at(value, 'prompt_n'));
  const cached = count(at(value, 'cache_n'));
  const output = count(at(value, 'predicted_n'));
  const known = usageOf({ cached, output });
  const input = fresh === null ? null : fresh + (cached ?? 0);
  const mark = input === null ? null : cached === null ? 'estimated' : 'derived';
  const usage: Usage = {
    ...known,
    inputTokens: input,
    provenance: { ...known.provenance, input: mark },
  };
  if (!isInformative(usage)) return null;
  const times: Times = {
    ...NO_TIMES,
    prefillMs: duration(at(value, 'prompt_ms'), 1),
    decodeMs: duration(at(value, 'predicted_ms'), 1),
    promptRate: (fresh ?? 0) > 0 ? rate(at(value, 'prompt_per_second')) : null,
    outputRate: (output ?? 0) > 1 ? rate(at(value, 'predicted_per_second')) : null,
  };
  return { usage, times };
}

/** Reads Ollama's durations, nanoseconds next to the counts of the final object. */
export function ollamaTimes(value: unknown): Times {
  return {
    ...NO_TIMES,
    loadMs: duration(at(value, 'load_duration'), 1e-6),
    prefillMs: duration(at(value, 'prompt_eval_duration'), 1e-6),
    decodeMs: duration(at(value, 'eval_duration'), 1e-6),
  };
}

/**
 * Reads vLLM's `metrics`. Its `tokens_per_second` includes the prefill, so the speed is derived
 * from the time between the first and the last token instead.
 */
export function vllmMetrics(value: unknown): Times | null {
  if (!isObject(value)) return null;
  const firstToken = duration(at(value, 'time_to_first_token_ms'), 1);
  return {
    ...NO_TIMES,
    queueMs: duration(at(value, 'queue_time_ms'), 1),
    prefillMs: firstToken,
    decodeMs: duration(at(value, 'generation_time_ms'), 1),
    timeToFirstTokenMs: firstToken,
    decodeFromFirst: true,
  };
}

/** Reads LM Studio's `stats`, of its own API and of its older OpenAI-like one. Seconds. */
export function lmStudioStats(value: unknown): Times | null {
  if (!isObject(value)) return null;
  const firstToken =
    duration(at(value, 'time_to_first_token_seconds'), 1000) ??
    duration(at(value, 'time_to_first_token'), 1000);
  return {
    ...NO_TIMES,
    loadMs: duration(at(value, 'model_load_time_seconds'), 1000),
    decodeMs: duration(at(value, 'generation_time'), 1000),
    timeToFirstTokenMs: firstToken,
    outputRate: rate(at(value, 'tokens_per_second')),
  };
}

/** Reads times inside a `usage` object: LocalAI's in milliseconds, TabbyAPI's in seconds. */
export function timesInUsage(value: unknown): Times | null {
  const prefillMs =
    duration(at(value, 'timing_prompt_processing'), 1) ?? duration(at(value, 'prompt_time'), 1000);
  const decodeMs =
    duration(at(value, 'timing_token_generation'), 1) ??
    duration(at(value, 'completion_time'), 1000);
  if (prefillMs === null && decodeMs === null) return null;
  return {
    ...NO_TIMES,
    prefillMs,
    decodeMs,
    promptRate: rate(at(value, 'prompt_tokens_per_sec')),
    outputRate: rate(at(value, 'completion_tokens_per_sec')),
  };
}
