import type { Log } from '../log.ts';
import type { Upstream } from '../proxy/tap.ts';
import { NO_CREDENTIALS, withCredentials } from './credentials.ts';
import type { CredentialsOf } from './credentials.ts';
import { objectOf, objectsOf, textOf } from './json.ts';
import { createProber, type Prober } from './probe.ts';

export interface ArchitectureCacheOptions {
  readonly log: Log;
  /** What an upstream was recognised as; null while unknown. */
  readonly kindOf: (upstreamName: string) => string | null;
  /** How long a server is not asked again for what it did not tell; 10 minutes unless given. */
  readonly retryMs?: number;
  /** The keys that servers are asked with; none unless given. */
  readonly credentialsOf?: CredentialsOf;
}

export interface ArchitectureCache {
  /**
   * The architecture of a model, such as `llama` or `qwen3`, if it is known by now; otherwise null,
   * and the server is asked in the background. Costs a map look-up, so it may be called for every
   * exchange.
   */
  lookup(upstream: Upstream, model: string): string | null;
  /** Resolves when no question is under way. */
  settled(): Promise<void>;
  close(): void;
}

type Ask = (prober: Prober, base: URL, model: string) => Promise<string | null>;

/** The kinds that tell. llama-server does not: neither its model list nor `/props` names it. */
const ASK: Readonly<Record<string, Ask>> = { ollama: askOllama, lmstudio: askLmStudio };

/** Model names come from clients: however many they invent, this many are remembered. */
const MAX_ENTRIES = 500;

interface Entry {
  readonly architecture: string | null;
  /** When to ask again if it is null; the monotonic clock's milliseconds. */
  readonly retryAt: number;
}

/** Remembers the architectures of models, and asks their servers for them off the requests' path. */
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
      // One question at a time for a model, and few altogether: there is no hurry.
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

/** Without `verbose`, which would add the whole tokenizer. Loads nothing. */
async function askOllama(prober: Prober, base: URL, model: string): Promise<string | null> {
  const answer = await prober.post(base, '/api/show', { model });
  if (!answer.ok || answer.status !== 200) return null;
  return textOf(objectOf(objectOf(answer.json)?.model_info)?.['general.architecture']);
}

/** Clients name a model by its key or by the name of a loaded instance. */
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
