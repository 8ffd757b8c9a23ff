import type { Stage } from '../../../shared/live-exchange.ts';
import { STAGES } from '../../../shared/live-exchange.ts';

/** What tells the stage of an exchange. Moments are monotonic milliseconds. */
export interface StageSigns {
  /** When the first content came; null before. */
  readonly firstContentAt: number | null;
  /** When the server first reported how far the prompt is; null before. */
  readonly reportedAt: number | null;
  /** When the whole request had passed to the server; null before. */
  readonly sentAt: number | null;
  /** The state of the model in the server's list; null if it is not listed or there is no list. */
  readonly listed: 'loading' | 'loaded' | 'sleeping' | null;
  /** True if the server lists its loaded models and this one is not among them. */
  readonly isMissing: boolean;
  /** True if an earlier exchange with the same model is in flight. */
  readonly isBehind: boolean;
  /** True if the model's usual prompt speed is known. */
  readonly hasUsualRate: boolean;
}

interface Found {
  readonly stage: Stage;
  readonly isEstimated: boolean;
  /** Null if it is not known. */
  readonly since: number | null;
}

interface Entry {
  readonly stage: Stage;
  readonly at: number;
}

/**
 * The stages of one exchange with their beginnings. An exchange never goes back to an earlier stage,
 * even if the list of loaded models changes.
 */
export class Stages {
  readonly #entries: Entry[];
  #isEstimated = true;

  constructor(startedAt: number) {
    this.#entries = [{ stage: 'queued', at: startedAt }];
  }

  get stage(): Stage {
    return this.#entries.at(-1)?.stage ?? 'queued';
  }

  /** True if only circumstances tell the present stage. */
  get isEstimated(): boolean {
    return this.#isEstimated;
  }

  /** Oldest first. `at` is monotonic. */
  get all(): readonly Entry[] {
    return this.#entries;
  }

  /** Notes the present stage. If its beginning is not known, it begins `now`. */
  note(signs: StageSigns, now: number): void {
    const found = stageOf(signs);
    // An answer that came before anyone looked still had a prefill.
    if (found.stage === 'decode' && this.stage === 'queued' && isDirect(signs)) {
      this.#add('prefill', signs.reportedAt ?? signs.sentAt ?? now);
    }
    this.#add(found.stage, found.since ?? now);
    if (found.stage === this.stage) this.#isEstimated = found.isEstimated;
  }

  #add(stage: Stage, at: number): void {
    const last = this.#entries.at(-1);
    if (STAGES.indexOf(stage) <= STAGES.indexOf(this.stage)) return;
    this.#entries.push({ stage, at: Math.max(at, last?.at ?? at) });
  }
}

function stageOf(signs: StageSigns): Found {
  const { firstContentAt, reportedAt, sentAt, listed, isMissing, isBehind, hasUsualRate } = signs;
  if (firstContentAt !== null) {
    return { stage: 'decode', isEstimated: false, since: firstContentAt };
  }
  if (reportedAt !== null) return { stage: 'prefill', isEstimated: false, since: reportedAt };
  const guess = (stage: Stage): Found => ({ stage, isEstimated: true, since: null });
  if (sentAt === null) return guess('queued');
  if (listed === 'loading' || listed === 'sleeping' || isMissing) return guess('loading');
  if (isBehind || (listed === null && !hasUsualRate)) return guess('queued');
  return guess('prefill');
}

/** True if nothing is known that the prompt had to wait for. */
function isDirect({ sentAt, reportedAt, isMissing, isBehind, listed }: StageSigns): boolean {
  if (reportedAt !== null) return true;
  return sentAt !== null && !isMissing && !isBehind && listed === 'loaded';
}
