import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookState } from '../../../shared/alerts-view.ts';
import type { AlertSettings } from '../../../shared/alerts.ts';
import type { AlertState } from '../../../shared/alert-state.ts';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import type { Message, Sentence } from '../../../shared/sentences.ts';
import { systemCode } from '../errors.ts';
import type { Log } from '../log.ts';
import { webhookBody } from './webhook-body.ts';

/** Most waiting changes; the oldest are dropped first. Also the most in one body. */
const MAX_WAITING = 100;

type Target = NonNullable<AlertSettings['webhook']>;

interface Timing {
  /** Time limit of one attempt until the response head, milliseconds. */
  readonly timeoutMs: number;
  /** Waits before each further attempt, milliseconds. */
  readonly retryMs: readonly number[];
}

const TIMING: Timing = { timeoutMs: 10_000, retryMs: [2_000, 10_000, 60_000] };

interface WebhookOptions {
  readonly log: Log;
  /** Called once for each address that does not accept messages. */
  readonly onWarning: (message: Message) => void;
  /** Called when the address accepted changes, or finally did not. */
  readonly onOutcome?: (changes: readonly AlertState[], delivered: boolean) => void;
  /** Replaces the waits in tests. */
  readonly timing?: Timing;
}

/** The result of one attempt. */
export interface Attempt {
  readonly delivered: boolean;
  /** The response status; null without a response. */
  readonly status: number | null;
  readonly said: Sentence;
  readonly again: boolean;
}

/**
 * Sends alert changes to the webhook of the settings. Never throws, and queues a bounded number.
 * Address and headers are never logged, because both may contain a secret.
 */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #timing: Timing;
  #target: Target | null = null;
  #queue: AlertState[][] = [];
  #isSending = false;
  #stopped = new AbortController();
  #status: Exclude<WebhookState['status'], 'off'> = 'idle';
  #said: Sentence | null = null;
  #lastSuccessAt: number | null = null;
  #warned = false;

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#timing = options.timing ?? TIMING;
  }

  get state(): WebhookState {
    return {
      status: this.#target === null ? 'off' : this.#status,
      message: this.#said === null ? null : inEnglish(this.#said),
      messageSentence: this.#said,
      lastSuccessAt: this.#lastSuccessAt,
      waiting: this.#queue.reduce((sum, batch) => sum + batch.length, 0),
    };
  }

  /** Applies new settings. Changes queued for another address are dropped. */
  configure(target: Target | null): void {
    if (JSON.stringify(target) === JSON.stringify(this.#target)) return;
    this.stop();
    this.#stopped = new AbortController();
    this.#target = target;
    this.#status = 'idle';
    this.#said = null;
    this.#lastSuccessAt = null;
    this.#warned = false;
  }

  /** Queues these changes to be sent together. */
  send(changes: readonly AlertState[]): void {
    if (changes.length === 0 || this.#target === null) return;
    this.#queue.push([...changes]);
    while (this.#queue.length > 1 && this.state.waiting > MAX_WAITING) this.#queue.shift();
    if (!this.#isSending) void this.#sendAll(this.#target, this.#stopped.signal);
  }

  /** Makes one attempt now. Returns null if no address is set. */
  async test(): Promise<Attempt | null> {
    if (this.#target === null) return null;
    const attempt = await this.#attempt(this.#target, [testAlert()], this.#stopped.signal);
    if (attempt.delivered) this.#succeeded();
    return attempt;
  }

  stop(): void {
    this.#stopped.abort();
    this.#queue = [];
    this.#isSending = false;
  }

  async #sendAll(target: Target, signal: AbortSignal): Promise<void> {
    this.#isSending = true;
    for (;;) {
      const [batch] = this.#queue;
      if (batch === undefined) break;
      const last = await this.#sendOne(target, batch, signal);
      // The address may have changed during the wait.
      if (signal.aborted) return;
      this.#queue = this.#queue.filter((each) => each !== batch);
      if (last.delivered) this.#succeeded();
      else this.#failed(last);
      this.#options.onOutcome?.(batch, last.delivered);
    }
    this.#isSending = false;
  }

  async #sendOne(target: Target, batch: AlertState[], signal: AbortSignal): Promise<Attempt> {
    let last = await this.#attempt(target, batch, signal);
    for (const pause of this.#timing.retryMs) {
      if (last.delivered || !last.again) return last;
      await sleep(pause, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return last;
      last = await this.#attempt(target, batch, signal);
    }
    return last;
  }

  async #attempt(
    { url, headers }: Target,
    batch: readonly AlertState[],
    stopped: AbortSignal,
  ): Promise<Attempt> {
    const limit = new AbortController();
    const giveUp = (): void => limit.abort();
    const timer = setTimeout(giveUp, this.#timing.timeoutMs).unref();
    stopped.addEventListener('abort', giveUp);
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: headersOf(headers),
        body: JSON.stringify(webhookBody(batch, MAX_WAITING)),
        // Redirects are not followed, because the headers are meant for this address only.
        redirect: 'manual',
        signal: limit.signal,
      });
      // The response body is not needed, and it may never end.
      void answer.body?.cancel().catch(() => undefined);
      return judged(answer.status);
    } catch (error) {
      return { delivered: false, status: null, said: reasonOf(error), again: true };
    } finally {
      clearTimeout(timer);
      stopped.removeEventListener('abort', giveUp);
    }
  }

  #succeeded(): void {
    if (this.#status === 'failing') this.#options.log.info({}, 'the alert webhook answers again');
    this.#status = 'ok';
    this.#said = null;
    this.#lastSuccessAt = Date.now();
  }

  #failed({ said, status }: Attempt): void {
    const wasFailing = this.#status === 'failing';
    this.#status = 'failing';
    this.#said = said;
    if (wasFailing) return;
    this.#options.log.warn({ status, reason: inEnglish(said) }, 'an alert could not be sent');
    if (this.#warned) return;
    this.#warned = true;
    this.#options.onWarning(sentence('alerts_unsent', { message: said }));
  }
}

/** The user's headers replace ours; names are compared without case. */
function headersOf(given: Target['headers']): Headers {
  const headers = new Headers({ 'content-type': 'application/json', 'user-agent': 'tokwatt' });
  for (const [name, value] of Object.entries(given)) headers.set(name, value);
  return headers;
}

const TEST = sentence('alert_test');

function testAlert(): AlertState {
  const now = Date.now();
  return {
    rule: 'Test of Tokwatt',
    figure: 'requests_per_minute',
    severity: 'info',
    by: null,
    subject: null,
    status: 'firing',
    since: now,
    firedAt: now,
    value: null,
    threshold: 0,
    message: inEnglish(TEST),
    messageSentence: TEST,
    notify: false,
  };
}

function judged(status: number): Attempt {
  if (status >= 200 && status < 300) {
    return { delivered: true, status, said: sentence('webhook_took'), again: false };
  }
  const again = status >= 500 || status === 408 || status === 429;
  const values = { status: String(status) };
  if (status >= 300 && status < 400) {
    return { delivered: false, status, said: sentence('webhook_redirects'), again };
  }
  const isDenied = status === 401 || status === 403;
  const said = isDenied ? sentence('webhook_denied', values) : sentence('webhook_status', values);
  return { delivered: false, status, said, again };
}

function reasonOf(error: unknown): Sentence {
  if (error instanceof Error && error.name === 'AbortError') return sentence('webhook_late');
  const cause = error instanceof Error ? error.cause : null;
  // The Fetch standard blocks ports of other protocols. The full message may contain a secret.
  if (cause instanceof Error && cause.message === 'bad port') return sentence('webhook_port');
  const code = systemCode(cause) ?? systemCode(error) ?? 'failed';
  return sentence('webhook_unreachable', { code });
}
