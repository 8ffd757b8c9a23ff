import { inEnglish, sentence } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import type { Log } from '../log.ts';
import type { Upstream } from '../proxy/tap.ts';

/** How long an upstream that rejected the request for usage is not asked again, milliseconds. */
const QUIET_MS = 60 * 60 * 1_000;

export interface UsageRejectionsOptions {
  readonly log: Log;
  /** Shows a warning about a topic; null removes it. */
  readonly tell: (topic: string, message: Message | null) => void;
}

/**
 * The upstreams that rejected requests for usage. A change of settings creates a new `Upstream`,
 * which is asked again.
 */
export class UsageRejections {
  readonly #options: UsageRejectionsOptions;
  /** When each upstream rejected the request, monotonic milliseconds. */
  readonly #rejectedAt = new WeakMap<Upstream, number>();

  constructor(options: UsageRejectionsOptions) {
    this.#options = options;
  }

  /** True for an hour after a rejection. */
  isRecent(upstream: Upstream): boolean {
    return performance.now() - (this.#rejectedAt.get(upstream) ?? -Infinity) < QUIET_MS;
  }

  /** Remembers a rejection and warns of it. `status` is that of the rejection. */
  add(upstream: Upstream, status: number): void {
    const { log, tell } = this.#options;
    const isKnown = this.isRecent(upstream);
    this.#rejectedAt.set(upstream, performance.now());
    if (isKnown) return;
    const values = { upstream: upstream.name, status: String(status) };
    const message = sentence('usage_rejected', values);
    log.warn({ upstream: upstream.name, status }, inEnglish(message));
    tell(topicOf(upstream), message);
  }

  /** Removes the warning of an upstream whose settings no longer apply. */
  forget(upstream: Upstream): void {
    this.#options.tell(topicOf(upstream), null);
  }
}

function topicOf({ name }: Upstream): string {
  return `usage rejected by ${name}`;
}
