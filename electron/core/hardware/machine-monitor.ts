import { MACHINE_STARTING, NO_MACHINE_FIGURES } from '../../../shared/machine.ts';
import type { MachineState } from '../../../shared/machine.ts';
import { inEnglish } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import type { Log } from '../log.ts';
import { defaultMachineSources } from './machine/default-machine-sources.ts';
import { MachinePoll } from './machine/machine-poll.ts';
import type { MachineSource } from './machine/machine-source.ts';

/** Time from one state to the next, milliseconds. */
const INTERVAL_MS = 2000;

export interface MachineMonitorOptions {
  readonly log: Log;
  /** Called with each new state. */
  readonly onState: (state: MachineState) => void;
  /** Called with each state: what is wrong with the wall meter, or null. */
  readonly onWallNote?: (note: Sentence | null) => void;
  /** The platform's sources by default. */
  readonly sources?: readonly MachineSource[];
  readonly intervalMs?: number;
}

/**
 * Reads power and state of the whole machine. All sources run side by side, each at its own pace; a
 * state has the latest figures of all. What a source says is wrong is logged once.
 */
export class MachineMonitor {
  readonly #options: MachineMonitorOptions;
  readonly #polls: readonly MachinePoll[];
  #wall: MachinePoll | null = null;
  #state: MachineState = MACHINE_STARTING;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: MachineMonitorOptions) {
    this.#options = options;
    this.#polls = (options.sources ?? defaultMachineSources()).map(pollOf);
  }

  get state(): MachineState {
    return this.#state;
  }

  /** Reads this wall meter from now on instead of the one before; null reads none. */
  setWallMeter(source: MachineSource | null): void {
    this.#wall?.stop();
    this.#wall = source === null ? null : pollOf(source);
    if (this.#timer !== null) this.#wall?.start();
  }

  start(): void {
    if (this.#timer !== null) return;
    for (const poll of this.#all) poll.start();
    this.#timer = setInterval(() => this.#publish(), this.#options.intervalMs ?? INTERVAL_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const poll of this.#all) poll.stop();
  }

  get #all(): readonly MachinePoll[] {
    return this.#wall === null ? this.#polls : [...this.#polls, this.#wall];
  }

  #publish(): void {
    const noteSentences = this.#all.flatMap(({ note }) => note ?? []);
    const notes = noteSentences.map(inEnglish);
    for (const note of notes) {
      if (!this.#state.notes.includes(note)) this.#options.log.info({}, note);
    }
    const reading = Object.assign(
      { at: Date.now(), ...NO_MACHINE_FIGURES },
      ...this.#all.map(({ figures }) => figures),
    ) as MachineState['reading'];
    this.#state = { reading, notes, noteSentences };
    this.#options.onState(this.#state);
    this.#options.onWallNote?.(this.#wall?.note ?? null);
  }
}

function pollOf(source: MachineSource): MachinePoll {
  return new MachinePoll({ source, now: () => performance.now() });
}
