import type { Log } from '../log.ts';
import { logMeteringFailure } from './metering-failure.ts';
import type { ExchangeTap, Outcome, RequestHead, Tap } from './tap.ts';

type Step = (tap: ExchangeTap | null) => void;

/**
 * Calls a tap after the bytes were sent. Calls are queued until the tick ends, because Node hands
 * written bytes to the system only then; their order is kept. `end` is called once, as the last. If
 * the tap throws, the error is logged once, and the only later call is `abandon` at the end of the
 * exchange.
 */
export class Observer {
  /** Null before the exchange is opened and after its end. */
  #tap: ExchangeTap | null = null;
  readonly #log: Log;
  #steps: Step[] = [];
  /** True if the tap ignores this exchange. */
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

  /** Opens the exchange with the tap, queued like every other call. */
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

  /** Only the first call counts. The tap gets no calls after it. */
  end(outcome: Outcome): void {
    if (this.#gone || this.#outcome !== null) return;
    this.#outcome = outcome;
    this.#push((tap) => tap?.end(outcome));
    this.release();
  }

  /** Queues all calls until `release`, while written bytes wait for their connection. */
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
    // Node corks the socket and sends in the next tick. Tick callbacks run in order, so the write
    // comes first.
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
      // The first error is already logged; traffic continues.
    }
  }
}
