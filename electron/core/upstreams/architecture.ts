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
  /** How long to wait after an unsuccessful query, milliseconds; 10 minutes by default. */
  readonly retryMs?: number;
  /** The keys for the queries; none by default. */
  readonly credentialsOf?: CredentialsOf;
}

export interface ArchitectureCache {
  /**
   * The architecture of a model, such as `llama` or `qwen3`. If it is not known yet, returns null
   * and queries the server in the background. Costs one map lookup, so it may be called for every
   * exchange.
   */
  lookup(upstream: Upstream, model: string): string | null;
  /** Resolves when no query is running. */
  settled(): Promise<void>;
  close(): void;
}

type Ask = (prober: Prober, base: URL, model: string) => Promise<string | null>;

/** The kinds that report it. llama-server does not: neither its model list nor `/props` has it. */
const ASK: Readonly<Record<string, Ask>> = { ollama: askOllama, lmstudio: askLmStudio };

/** Most models remembered. Clients choose the names, so the number must be limited. */
const MAX_ENTRIES = 500;

interface Entry {
  readonly architecture: string | null;
  /** When to query again if it is null, monotonic milliseconds. */
  readonly retryAt: number;
}

/** Caches the architectures of models. Queries run in the background, not during requests. */
export function createArchitectureCache(options: ArchitectureCacheOptions): ArchitectureCache {
  const { kindOf, log, retryMs = 600_000, credentialsOf = () => NO_CREDENTIALS } = options;
  const prober = createProber({ timeoutMs: 5000 });
  const entries = new Map<string, Entry>();
  const asking = new Map<string, Promise<void>>();
  const remember = (key: string, architecture: string | null): void => {
    entries.delete(key);
    entries.set(key, { architecture, retryAt: performance.now() + retryMs });
    const oldest = entries.keys().next().value;
    if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
  };
  return {
    lookup(upstream, model) {
      const key = `${upstream.url.href}\n${model}`;
      const entry = entries.get(key);
      if (
        entry !== undefined &&
        (entry.architecture !== null || performance.now() < entry.retryAt)
      ) {
        return entry.architecture;
      }
      const kind = kindOf(upstream.name);
      const ask = ASK[kind ?? ''];
      // One query at a time for each model, and few in total, because they are not urgent.
      if (ask !== undefined && !asking.has(key) && asking.size < 4) {
        const asker = withCredentials(prober, credentialsOf(upstream), kind);
        const question = ask(asker, upstream.url, model).then((architecture) => {
          asking.delete(key);
          remember(key, architecture);
          log.debug({ upstream: upstream.name, model, architecture }, 'Model architecture');
        });
        asking.set(key, question);
      }
      return null;
    },
    async settled() {
      await Promise.all(asking.values());
    },
    close: () => prober.close(),
  };
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
