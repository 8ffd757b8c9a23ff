import { sentence } from '../../../shared/sentences.ts';
import { TokwattError } from '../errors.ts';
import { countOf, objectOf, textOf } from '../upstreams/json.ts';
import { failureOf } from './call.ts';
import type { PullRequest } from './model-server.ts';
import { errorWords, parsed, reportedFailure } from './refusal.ts';
import type { ServerCalls } from './server-calls.ts';
import type { Target } from './target.ts';
import { textLines } from './text-lines.ts';

/** The progress of a download. Each layer of a model has its own total. */
export interface PullProgress {
  /** The server's status text, such as `pulling manifest`; the last one is `success`. */
  readonly status: string;
  readonly digest: string | null;
  /** Size of this layer, bytes. */
  readonly total: number | null;
  readonly completed: number | null;
  /** 0 to 100 for this layer. */
  readonly percent: number | null;
}

/** Downloads in progress. Each model of an upstream can be downloaded only once at a time. */
export class Pulls {
  readonly #running = new Map<string, object>();

  /**
   * Starts a download and yields its progress. It is cancelled by the signal of `calls`, or when
   * the reader stops. Throws `pulling` (409) if the same download is already running.
   */
  async start(
    calls: ServerCalls,
    pull: PullRequest,
    model: string,
    insecure: boolean,
  ): Promise<AsyncGenerator<PullProgress>> {
    const key = `${calls.target.name}\n${model}`;
    if (this.#running.has(key)) {
      const message = sentence('pull_running', { model, upstream: calls.target.name });
      throw new TokwattError('pulling', message, { status: 409 });
    }
    const self = {};
    this.#running.set(key, self);
    const release = (): void => {
      if (this.#running.get(key) === self) this.#running.delete(key);
    };
    // Covers a reader that leaves before it reads: the generator's own cleanup would never run
    // then.
    calls.signal.addEventListener('abort', release, { once: true });
    try {
      const response = await calls.stream(pull.path, pull.body(model, insecure));
      return progress(textLines(response), calls.target, release);
    } catch (error) {
      release();
      throw error;
    }
  }
}

async function* progress(
  lines: AsyncIterable<string>,
  { name: upstream, credentials }: Target,
  release: () => void,
): AsyncGenerator<PullProgress> {
  let succeeded = false;
  try {
    for await (const line of lines) {
      const frame = objectOf(parsed(line));
      const words = errorWords(frame);
      if (words !== null) throw reportedFailure(`${upstream}: ${credentials.hide(words)}`);
      const status = textOf(frame?.status);
      if (status === null) continue;
      succeeded = status === 'success';
      const total = countOf(frame?.total);
      // Ollama omits it while it is zero.
      const completed = countOf(frame?.completed) ?? (total === null ? null : 0);
      const percent = percentOf(completed, total);
      yield { status, digest: textOf(frame?.digest), total, completed, percent };
    }
  } catch (error) {
    if (error instanceof TokwattError) throw error;
    throw brokenOff(upstream, failureOf(error, true).message);
  } finally {
    release();
  }
  if (!succeeded) throw brokenOff(upstream, 'it ended before its end');
}

function brokenOff(upstream: string, reason: string): TokwattError {
  const message = sentence('pull_broke_off', { upstream, reason });
  return new TokwattError('upstream_died', message, { status: 502 });
}

/** With one decimal place; null for a total of 0. */
function percentOf(completed: number | null, total: number | null): number | null {
  if (completed === null || total === null || total === 0) return null;
  return Math.min(100, Math.round((completed / total) * 1_000) / 10);
}
