import * as v from 'valibot';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { systemCode } from '../errors.ts';
import type { JsonDocument } from '../json-document.ts';
import type { Log } from '../log.ts';
import type { ExchangeContext } from './context.ts';
import { ALONE, measuredOutputRate } from './usual.ts';

/** The latest answers kept for one GPU, upstream, model and limit, and of all together. */
const KEPT_EACH = 25;
const KEPT = 500;
/** Older answers are forgotten: drivers, models and servers change, milliseconds. */
const MAX_AGE_MS = 90 * 86_400_000;
const SAVE_MS = 60_000;
const MIN_SAMPLES = 3;
/** Power sensors average over a second, so shorter answers show the power before them. */
const MIN_MS = 1_500;

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const entrySchema = v.object({
  /** When the answer ended, Unix milliseconds. */
  at: v.number(),
  gpu: v.string(),
  upstream: v.string(),
  model: v.nullable(v.string()),
  limitW: positive,
  powerW: positive,
  tokensPerSecond: positive,
});
const documentSchema = v.object({ answers: v.array(v.unknown()) });
type Entry = v.InferOutput<typeof entrySchema>;

/** The speed and power of one answer under a power limit. */
export type PowerSample = Readonly<Omit<Entry, 'at'>>;

/**
 * Remembers speed and watts at each power limit that was in force, from ordinary traffic alone:
 * answers that were alone at their server, on a machine with one GPU. Kept between runs, because a
 * limit is rarely changed.
 */
export class PowerHistory {
  readonly #document: JsonDocument;
  readonly #log: Log;
  #entries: readonly Entry[];
  #isSaved = true;
  #savedAt = 0;

  constructor(document: JsonDocument, log: Log, now: number) {
    this.#document = document;
    this.#log = log;
    const read = v.safeParse(documentSchema, document.read());
    const entries = read.success
      ? read.output.answers.filter((each) => v.is(entrySchema, each))
      : [];
    this.#entries = entries.filter(({ at }) => now - at < MAX_AGE_MS).slice(-KEPT);
  }

  get samples(): readonly PowerSample[] {
    return this.#entries;
  }

  add(record: ActivityRecord, { gpus, meanInFlight }: ExchangeContext): void {
    const [gpu] = gpus;
    const rate = measuredOutputRate(record);
    if (gpu === undefined || gpus.length > 1 || gpu.samples < MIN_SAMPLES || rate === null) return;
    if (record.timing.durationMs < MIN_MS) return;
    if (record.error !== null || meanInFlight === null || meanInFlight > ALONE) return;
    const { name, powerW, powerLimitW } = gpu;
    if (powerW === null || powerLimitW === null || powerW <= 0 || powerLimitW <= 0) return;
    this.#push({
      at: record.completedAt,
      gpu: name,
      upstream: record.upstream,
      model: record.countedModel,
      limitW: Math.round(powerLimitW),
      powerW,
      tokensPerSecond: rate,
    });
  }

  /** For once a second. */
  tick(): void {
    if (performance.now() - this.#savedAt >= SAVE_MS) this.save();
  }

  /** Writes what is new. A failure is logged, and tried again later. */
  save(): void {
    if (this.#isSaved) return;
    this.#savedAt = performance.now();
    try {
      this.#document.write({ answers: this.#entries });
      this.#isSaved = true;
    } catch (error) {
      const code = systemCode(error) ?? String(error);
      this.#log.warn({ code }, 'the answers at each power limit could not be saved');
    }
  }

  #push(entry: Entry): void {
    const isSame = ({ gpu, upstream, model, limitW }: Entry): boolean =>
      gpu === entry.gpu &&
      upstream === entry.upstream &&
      model === entry.model &&
      limitW === entry.limitW;
    const same = this.#entries.filter(isSame);
    const [oldest] = same;
    const others =
      same.length < KEPT_EACH ? this.#entries : this.#entries.filter((e) => e !== oldest);
    this.#entries = [...others, entry].slice(-KEPT);
    this.#isSaved = false;
  }
}
