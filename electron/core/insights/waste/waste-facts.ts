/** What the rules about models and the machine read. */
import type { GpuReading } from '../../../../shared/gpu.ts';
import type { Insight, InsightKind } from '../../../../shared/insights.ts';
import type { PlainCode, Sentence } from '../../../../shared/sentences.ts';
import type { LoadedModel } from '../../../../shared/slices.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { ContextFinding } from '../context-rules.ts';
import type { IdleWork } from '../idle-work.ts';
import type { PowerSample } from '../power-history.ts';

export interface ListedModel {
  readonly model: LoadedModel;
  /** Since when Tokwatt has seen it loaded, Unix milliseconds. */
  readonly since: number;
}

/** A prompt that did not fit, and its exchange. */
export interface ContextCase {
  readonly record: ActivityRecord;
  readonly finding: ContextFinding;
}

export interface WasteFacts {
  /** Unix milliseconds. */
  readonly now: number;
  /** Finished inference exchanges, newest first. */
  readonly records: readonly ActivityRecord[];
  readonly listed: readonly ListedModel[];
  /** Current readings only. */
  readonly gpus: readonly GpuReading[];
  readonly idleWork: readonly IdleWork[];
  readonly powerSamples: readonly PowerSample[];
  /** Newest last. */
  readonly contextCases: readonly ContextCase[];
  readonly kindOf: (upstream: string) => string | null;
  readonly isLocal: (upstream: string) => boolean;
  /** The watts that a loaded model costs while it waits; null while that is not known. */
  readonly phantomWatts: (model: LoadedModel) => number | null;
  /** The memory of one token in a model's context, bytes of 16-bit values; null while not known. */
  readonly contextBytesPerToken: (model: LoadedModel) => number | null;
}

/** An insight without the times of its finding, and without what can be done at a click. */
export type Finding = Omit<Insight, 'at' | 'firstSeenAt' | 'action'>;

/** One rule about a model or the machine. */
export interface WasteRule {
  readonly kind: InsightKind;
  /** What is said if it finds nothing, a few words. */
  readonly passed: PlainCode;
  /** What it needs to judge, one sentence. */
  readonly needs: PlainCode;
  /** Null if too little is known to judge. */
  readonly find: (facts: WasteFacts) => readonly Finding[] | null;
  /** A result that is no insight, one sentence; null if there is none. */
  readonly note?: (facts: WasteFacts) => Sentence | null;
}

/** The subject of an insight about a model. */
export function modelSubject({
  upstream,
  name,
}: {
  readonly upstream: string;
  readonly name: string | null;
}): string {
  return `${upstream}/${name ?? 'unknown model'}`;
}

/** Servers that list models under the names by which requests ask for them. */
const NAMED: ReadonlySet<string | null> = new Set(['ollama', 'lmstudio', 'llama-swap']);

/**
 * The exchanges of a loaded model, newest first. Other servers take any name for their only model,
 * so all their exchanges are of it.
 */
export function exchangesOf(
  { upstream, name }: Pick<LoadedModel, 'upstream' | 'name'>,
  { records, listed, kindOf }: Pick<WasteFacts, 'records' | 'listed' | 'kindOf'>,
): readonly ActivityRecord[] {
  const own = records.filter((each) => each.upstream === upstream);
  const isOnly = listed.filter(({ model }) => model.upstream === upstream).length === 1;
  if (isOnly && !NAMED.has(kindOf(upstream))) return own;
  return own.filter(({ countedModel }) => countedModel === name);
}

/** Groups values by a key, in the order of their first one. */
export function groupedBy<T>(
  values: readonly T[],
  keyOf: (value: T) => string,
): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return [...groups.values()];
}
