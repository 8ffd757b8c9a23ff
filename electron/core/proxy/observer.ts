import type { Log } from '../log.ts';
import type { ExchangeTap, Outcome, RequestHead, Tap } from './tap.ts';

type Step = (tap: ExchangeTap | null) => void;

/**
 * Stands between traffic and a tap: looks are taken after the bytes of the same tick went out (a
 * write is only handed to the system when the tick ends), in the order things happened; `end` comes
 * once and last; a tap that throws is logged once and not called again.
 */
export class Observer {
  /** Null before the exchange is opened, and once the tap is let go. */
  #tap: ExchangeTap | null = null;
  readonly #log: Log;
  #steps: Step[] = [];
  #gone = false;
  #held = false;
  #ended = false;

  private constructor(log: Log) {
    this.#log = log;
  }

  /** Opens the exchange with the tap, like all else once the request is on its way. */
  static open(tap: Tap, head: RequestHead, log: Log): Observer {
    const observer = new Observer(log);
    observer.#later(() => {
      observer.#tap = tap.open(head);
      observer.#gone = observer.#tap === null;
    });
    return observer;
  }

  requestChunk(chunk: Buffer): void {
    this.#later((tap) => tap?.requestChunk(chunk));
  }

  requestEnd(): void {
    this.#later((tap) => tap?.requestEnd());
  }

  response(status: number, rawHeaders: readonly string[]): void {
    this.#later((tap) => tap?.response(status, rawHeaders));
  }

  responseChunk(chunk: Buffer): void {
    this.#later((tap) => tap?.responseChunk(chunk));
  }

  /** The first call counts; nothing is passed to the tap after it. */
  end(outcome: Outcome): void {
    this.#later((tap) => tap?.end(outcome));
    this.#ended = true;
    this.release();
  }

  /** Puts looks off until `release`: what was written waits for its connection. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    if (this.#steps.length > 0) this.#schedule();
  }

  #later(step: Step): void {
    if (this.#gone || this.#ended) return;
    // The write that goes before was itself put off to the next tick (Node corks the socket), and
    // these run in order.
    if (this.#steps.push(step) === 1 && !this.#held) this.#schedule();
  }

  #schedule(): void {
    process.nextTick(() => this.#look());
  }

  #look(): void {
    if (this.#held) return;
    const steps = this.#steps;
    this.#steps = [];
    try {
      for (const step of steps) step(this.#tap);
    } catch (error) {
      this.#tap = null;
      this.#gone = true;
      logThrown(this.#log, error);
    }
    if (this.#ended && this.#steps.length === 0) this.#tap = null;
  }
}

function logThrown(log: Log, error: unknown): void {
  // The stack names code, the message might quote a prompt: only the former is safe to keep.
  const where = error instanceof Error ? (error.stack ?? '').split('\n    at ')[1] : undefined;
  log.error(
    { error: error instanceof Error ? error.name : typeof error, at: where ?? null },
    'Metering failed inside an exchange; its traffic goes on unmetered.',
  );
}
