import { putNewest } from '../newest-entries.ts';
import type { Log } from '../log.ts';
import type { Upstream } from '../proxy/tap.ts';
import { NO_CREDENTIALS, withCredentials } from './credentials.ts';
import type { CredentialsOf } from './credentials.ts';
import { objectOf, objectsOf, textOf } from './json.ts';
import { createProber, type Prober } from './probe.ts';

export interface ArchitectureCacheOptions {
  readonly log: Log;
  /** The kind of an upstream; null while unknown. */
  readonly kindOf: (upstreamName: string) => string | null;
  /**
   * How long to wait after an unsuccessful query, milliseconds: for a model that the server has not
   * answered for (5 s by default), and for one that it has (1 minute), which exists.
   */
  readonly retryMs?: number;
  readonly answeredRetryMs?: number;
  /** The keys for the queries; none by default. */
  readonly credentialsOf?: CredentialsOf;
}

export interface ArchitectureCache {
  /**
   * The architecture of a model, such as `llama` or `qwen3`. If it is not known yet, returns null
   * and queries the server in the background. Costs one map lookup, so it may be called for every
   * exchange.
   *
   * @param isAnswered true if the server has just answered for this model, so that it exists
   */
  lookup(upstream: Upstream, model: string, isAnswered: boolean): string | null;
  /** Forgets unsuccessful queries, because a server has new models. */
  retry(): void;
  /** Resolves when no query is running. */
  settled(): Promise<void>;
  close(): void;
}

type Ask = (prober: Prober, base: URL, model: string) => Promise<string | null>;

/** The kinds that report it. llama-server does not: neither its model list nor `/props` has it. */
const ASK: Readonly<Record<string, Ask>> = { ollama: askOllama, lmstudio: askLmStudio };

/** Most architectures remembered. */
const MAX_KNOWN = 500;
/**
 * Most unsuccessful queries remembered. Clients choose the names, so this also limits how many
 * names without a model are queried in `retryMs`.
 */
const MAX_FAILED = 32;

interface Failure {
  /** When to query again, monotonic milliseconds. */
  readonly retryAt: number;
  /** True if the server had answered for the model before the query. */
  readonly isAnswered: boolean;
}

/** Caches the architectures of models. Queries run in the background, not during requests. */
export function createArchitectureCache(options: ArchitectureCacheOptions): ArchitectureCache {
  const { kindOf, log, credentialsOf = () => NO_CREDENTIALS } = options;
  const prober = createProber({ timeoutMs: 5000 });
  const known = new Map<string, string>();
  const failures = new Failures(options);
  const asking = new Map<string, Promise<void>>();
  return {
    lookup(upstream, model, isAnswered) {
      const key = `${upstream.url.href}\n${model}`;
      const architecture = known.get(key);
      if (architecture !== undefined) return architecture;
      const kind = kindOf(upstream.name);
      const ask = ASK[kind ?? ''];
      // One query at a time for each model, and few in total, because they are not urgent.
      if (ask === undefined || asking.has(key) || asking.size >= 4) return null;
      if (!failures.mayAsk(key, isAnswered, performance.now())) return null;
      const asker = withCredentials(prober, credentialsOf(upstream), kind);
      const question = ask(asker, upstream.url, model).then((found) => {
        asking.delete(key);
        if (found === null) failures.add(key, isAnswered, performance.now());
        else putNewest(known, key, found, MAX_KNOWN);
        log.debug({ upstream: upstream.name, model, architecture: found }, 'Model architecture');
      });
      asking.set(key, question);
      return null;
    },
    retry: () => failures.clear(),
    async settled() {
      await Promise.all(asking.values());
    },
    close: () => prober.close(),
  };
}

/** The unsuccessful queries. Times are monotonic milliseconds. */
class Failures {
  readonly #retryMs: number;
  readonly #answeredRetryMs: number;
  readonly #failed = new Map<string, Failure>();

  constructor(options: ArchitectureCacheOptions) {
    const { retryMs = 5_000, answeredRetryMs = Math.max(retryMs, 60_000) } = options;
    this.#retryMs = retryMs;
    this.#answeredRetryMs = answeredRetryMs;
  }

  /** A model that exists may always be queried, once more than before it was known to exist. */
  mayAsk(key: string, isAnswered: boolean, now: number): boolean {
    const failure = this.#failed.get(key);
    if (failure !== undefined && now < failure.retryAt) return isAnswered && !failure.isAnswered;
    for (const [old, { retryAt }] of this.#failed) if (now >= retryAt) this.#failed.delete(old);
    return isAnswered || this.#failed.size < MAX_FAILED;
  }

  add(key: string, isAnswered: boolean, now: number): void {
    const retryAt = now + (isAnswered ? this.#answeredRetryMs : this.#retryMs);
    putNewest(this.#failed, key, { retryAt, isAnswered }, MAX_FAILED);
  }

  clear(): void {
    this.#failed.clear();
  }
}

/** Without `verbose`, which would add the whole tokenizer. This does not load the model. */
async function askOllama(prober: Prober, base: URL, model: string): Promise<string | null> {
  const answer = await prober.post(base, '/api/show', { model });
  if (!answer.ok || answer.status !== 200) return null;
  return textOf(objectOf(objectOf(answer.json)?.model_info)?.['general.architecture']);
}

/** Clients may name a model by its key or by the name of a loaded instance. */
async function askLmStudio(prober: Prober, base: URL, model: string): Promise<string | null> {
  const current = await prober.get(base, '/api/v1/models');
  const models = current.ok ? objectsOf(objectOf(current.json)?.models) : null;
  const found = models?.find(
    (entry) =>
      entry.key === model ||
      objectsOf(entry.loaded_instances)?.some((instance) => instance.id === model),
  );
  if (found !== undefined) return textOf(found.architecture);
  const older = await prober.get(base, '/api/v0/models');
  const list = older.ok ? objectsOf(objectOf(older.json)?.data) : null;
  return textOf(list?.find((entry) => entry.id === model)?.arch);
}
