/**
 * The settings file: its schema, its defaults and its parser. The schema is the only description;
 * types and defaults derive from it.
 */
import * as v from 'valibot';
import { alertsSchema } from './alerts.ts';
import { httpUrl } from './addresses.ts';
import { otlpSchema } from './otlp.ts';
import { plainWords } from './plain-words.ts';
import { reporterSchema, updatesSchema } from './reporter.ts';
import { sinksSchema } from './sinks.ts';

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));

/** True if `text` can be an upstream's address. */
export function isUpstreamUrl(text: string): boolean {
  return v.is(httpUrl, text);
}

/** What can be sent as the value of a header. */
const apiKey = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(4_000),
  v.regex(/^[\x21-\x7e]*$/, 'must be printable ASCII without spaces'),
);

const upstream = v.object({
  /** Shown to people and stored with every record. */
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)),
  /** Its path, if it has one, is a base path. */
  url: httpUrl,
  /** Its proxy's port. Null: the first free one from `proxyPort` upwards. */
  port: v.optional(v.nullable(v.pipe(port, v.minValue(1))), null),
  /** Ask OpenAI-style streams for their usage chunk and hide it from the client again. */
  exactUsage: v.optional(v.boolean(), false),
  /**
   * Sent with what Tokwatt asks itself. It is no part of settings.json: it goes to the secret store,
   * and `(hidden)` is shown where one is set. Null or empty removes it; left out, it stays.
   */
  apiKey: v.optional(v.nullable(apiKey)),
  /** Add the key to requests of clients that bring none: whoever reaches the proxy uses it then. */
  injectKey: v.optional(v.boolean(), false),
});

/** 256 bits, as `GET /api/hop` of the other Tokwatt tells its key. */
const hopKey = v.pipe(
  v.string(),
  v.regex(
    /^[\w-]{43}$/,
    'must be a key of 43 characters, as GET /api/hop of that Tokwatt tells it',
  ),
);

/** A retention that keeps nothing would be a ledger that forgets what it was told a moment ago. */
const retention = v.object({
  activityDays: v.optional(v.pipe(v.number(), v.minValue(1)), 90),
  /** Of the file; past it the oldest activity goes. Sums and charts stay. */
  maxBytes: v.optional(v.pipe(v.number(), v.minValue(1_000_000)), 2_000_000_000),
  seriesDays: v.optional(v.pipe(v.number(), v.minValue(1)), 400),
  rollupDays: v.optional(v.pipe(v.number(), v.minValue(1)), 400),
  gpuDays: v.optional(v.pipe(v.number(), v.minValue(1)), 400),
  captureDays: v.optional(v.pipe(v.number(), v.minValue(0)), 7),
  captureMaxBytes: v.optional(v.pipe(v.number(), v.minValue(0)), 256_000_000),
});

/** What is kept of requests and answers, for whoever debugs prompts. Off until asked for. */
const captures = v.object({
  enabled: v.optional(v.boolean(), false),
  requestHeaders: v.optional(v.boolean(), true),
  requestBody: v.optional(v.boolean(), true),
  responseHeaders: v.optional(v.boolean(), true),
  responseBody: v.optional(v.boolean(), true),
  /** Of each body, decoded; the rest is cut off and marked. */
  maxBodyBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1024 * 1024),
  /** Hidden besides Authorization, Proxy-Authorization, Cookie, Set-Cookie and X-Api-Key. */
  redactHeaders: v.optional(v.array(v.string()), []),
  /** Names of JSON members whose values are hidden, at any depth. */
  redactFields: v.optional(v.array(v.string()), []),
});

export const settingsSchema = v.object({
  /** Empty means: what the flags, OLLAMA_HOST, OLLAMA_BASE_URL or the default say. */
  upstreams: v.optional(v.array(upstream), []),
  bind: v.optional(v.pipe(v.string(), v.minLength(1)), '127.0.0.1'),
  /** Upstreams without a port of their own get theirs from here upwards. 0 means any. */
  proxyPort: v.optional(port, 11_435),
  apiPort: v.optional(port, 11_436),
  /** Names, beyond loopback and this machine's own, that a request's Host may carry. */
  allowedHosts: v.optional(v.array(v.string()), []),
  /** Browser origins, beyond loopback and known app schemes, that may use the proxy. */
  allowedOrigins: v.optional(v.array(v.string()), []),
  /** Keys of other Tokwatts, by a name of your choice: what they count is not counted again here. */
  trustedHops: v.optional(
    v.record(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)), hopKey),
    {},
  ),
  /** How long things are kept, and how large the ledger may grow. */
  retention: v.optional(retention, {}),
  captures: v.optional(captures, {}),
  gpuIntervalMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(250)), 1_000),
  /** How a cut-off stream's blanks are estimated. */
  estimates: v.optional(
    v.object({
      bytesPerInputToken: v.optional(v.pipe(v.number(), v.minValue(0.1)), 4),
      tokensPerOutputChunk: v.optional(v.pipe(v.number(), v.minValue(0.1)), 1),
    }),
    {},
  ),
  alerts: v.optional(alertsSchema, {}),
  otlp: v.optional(otlpSchema, {}),
  sinks: v.optional(sinksSchema, {}),
  reporter: v.optional(reporterSchema, {}),
  updates: v.optional(updatesSchema, {}),
  /** The public model library that is searched for models to pull. */
  libraryUrl: v.optional(httpUrl, 'https://ollama.com'),
});

export type Settings = v.InferOutput<typeof settingsSchema>;
export type UpstreamSetting = Settings['upstreams'][number];

export const DEFAULT_SETTINGS: Settings = v.parse(settingsSchema, {});

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Checks a settings document. Problems are one line each and name the field, each field once. */
export function parseSettings(document: unknown): ParsedSettings {
  const result = v.safeParse(settingsSchema, document, { message: plainWords });
  if (result.success) return { ok: true, settings: result.output };
  const problems = new Map<string, string>();
  for (const issue of result.issues) {
    const path = v.getDotPath(issue) ?? '';
    // What is wrong first is what to mend first; the rest may follow from it.
    if (problems.has(path)) continue;
    problems.set(
      path,
      path === '' ? `The settings: ${issue.message}` : `${path}: ${issue.message}`,
    );
  }
  return { ok: false, problems: [...problems.values()] };
}
