import type { Log } from '../log.ts';
import { logMeteringFailure } from './metering-failure.ts';
import type { ExchangeTap, Outcome, RequestHead, Tap } from './tap.ts';

type Step = (tap: ExchangeTap | null) => void;

/**
 * Stands between traffic and a tap. Looks are taken after the bytes of the same tick went out (a
 * write is only handed to the system when the tick ends), in the order things happened. The end is
 * told once and last. If a tap throws, that is logged once, and the only call it gets from then on is
 * `abandon` at the end of the exchange.
 */
export class Observer {
  /** Null before the exchange is opened, and after its end. */
  #tap: ExchangeTap | null = null;
  readonly #log: Log;
  #steps: Step[] = [];
  /** The tap does not care about this exchange. */
  #gone = false;
  #failed = false;
  #held = false;
  /** How the exchange ended; null while it runs. */
  #outcome: Outcome | null = null;
  #status: number | null = null;
  #requestBytes = 0;
  #responseBytes = 0;

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
    this.#requestBytes += chunk.length;
    this.#later((tap) => tap?.requestChunk(chunk));
  }

  requestEnd(): void {
    this.#later((tap) => tap?.requestEnd());
  }

  response(status: number, rawHeaders: readonly string[]): void {
    this.#status = status;
    this.#later((tap) => tap?.response(status, rawHeaders));
  }

  responseChunk(chunk: Buffer): void {
    this.#responseBytes += chunk.length;
    this.#later((tap) => tap?.responseChunk(chunk));
  }

  /** The first call counts; nothing is passed to the tap after it. */
  end(outcome: Outcome): void {
    if (this.#gone || this.#outcome !== null) return;
    this.#outcome = outcome;
    this.#push((tap) => tap?.end(outcome));
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
    if (this.#gone || this.#failed || this.#outcome !== null) return;
    this.#push(step);
  }

  #push(step: Step): void {
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
    if (!this.#failed) this.#take(steps);
    if (this.#outcome === null || this.#steps.length > 0) return;
    if (this.#failed) this.#abandon(this.#outcome);
    this.#tap = null;
  }

  #take(steps: readonly Step[]): void {
    try {
      for (const step of steps) step(this.#tap);
    } catch (error) {
      this.#failed = true;
      logMeteringFailure(this.#log, error);
    }
  }

  #abandon(outcome: Outcome): void {
    try {
      this.#tap?.abandon({
        outcome,
        status: this.#status,
        requestBytes: this.#requestBytes,
        responseBytes: this.#responseBytes,
      });
    } catch {
      // The failure before this one was logged; traffic goes on.
    }
  }
}
