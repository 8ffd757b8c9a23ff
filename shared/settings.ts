/**
 * The settings file: its schema, defaults and parser. Types and defaults are derived from the
 * schema.
 */
import * as v from 'valibot';
import { alertsSchema } from './alerts.ts';
import { appearanceSchema } from './appearance.ts';
import { desktopSchema, notificationsSchema } from './desktop-settings.ts';
import { httpUrl } from './addresses.ts';
import { hardwareSchema } from './hardware-settings.ts';
import { miniMonitorSchema } from './mini-monitor-settings.ts';
import { budgetsSchema } from './budget-settings.ts';
import { costSchema } from './cost-settings.ts';
import { otlpSchema } from './otlp.ts';
import { plainWords } from './plain-words.ts';
import { reporterSchema, updatesSchema } from './reporter.ts';
import { shortcutsSchema } from './shortcuts.ts';
import { sinksSchema } from './sinks.ts';
import { traySchema } from './tray-settings.ts';

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));

/** True if `text` is a valid address of an upstream. */
export function isUpstreamUrl(text: string): boolean {
  return v.is(httpUrl, text);
}

/** Only characters that a header value may contain. */
const apiKey = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(4_000),
  v.regex(/^[\x21-\x7e]*$/, 'must be printable ASCII without spaces'),
);

const upstream = v.object({
  /** Shown to the user and stored with each record. */
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)),
  /** Its path, if any, is prepended to all request paths. */
  url: httpUrl,
  /** The port of its proxy. Null: the first free one from `proxyPort` upwards. */
  port: v.optional(v.nullable(v.pipe(port, v.minValue(1))), null),
  /** Ask OpenAI-style streams for their usage chunk and hide it from the client. */
  exactUsage: v.optional(v.boolean(), false),
  /**
   * Sent with Tokwatt's own requests. It is not in settings.json but in the secret store; if it is
   * set, the settings show `(hidden)`. Null or an empty string removes it. If it is missing, it
   * stays unchanged.
   */
  apiKey: v.optional(v.nullable(apiKey)),
  /**
   * Add the key to clients' requests without credentials. Anyone who reaches the proxy can then use
   * it.
   */
  injectKey: v.optional(v.boolean(), false),
});

/** 256 bits, as in `GET /api/hop` of the other Tokwatt. */
const hopKey = v.pipe(
  v.string(),
  v.regex(
    /^[\w-]{43}$/,
    'must be a key of 43 characters, as in the answer to GET /api/hop of the other Tokwatt',
  ),
);

/** At least one day, because the ledger would otherwise delete rows right after storing them. */
const retention = v.object({
  activityDays: v.optional(v.pipe(v.number(), v.minValue(1)), 90),
  /**
   * Largest size of the file, bytes. Beyond it, the oldest activity is deleted; sums and charts are
   * kept.
   */
  maxBytes: v.optional(v.pipe(v.number(), v.minValue(1_000_000)), 2_000_000_000),
  seriesDays: v.optional(v.pipe(v.number(), v.minValue(1)), 400),
  rollupDays: v.optional(v.pipe(v.number(), v.minValue(1)), 400),
  gpuDays: v.optional(v.pipe(v.number(), v.minValue(1)), 400),
  captureDays: v.optional(v.pipe(v.number(), v.minValue(0)), 7),
  captureMaxBytes: v.optional(v.pipe(v.number(), v.minValue(0)), 256_000_000),
});

/** The parts of requests and answers to keep, for debugging prompts. Off by default. */
const captures = v.object({
  enabled: v.optional(v.boolean(), false),
  requestHeaders: v.optional(v.boolean(), true),
  requestBody: v.optional(v.boolean(), true),
  responseHeaders: v.optional(v.boolean(), true),
  responseBody: v.optional(v.boolean(), true),
  /** Largest part kept of each decoded body, bytes. Longer bodies are cut off and marked. */
  maxBodyBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1024 * 1024),
  /**
   * Names of further headers to hide. Always hidden: Authorization, Proxy-Authorization, Cookie, Set-Cookie,
   * Api-Key, X-Api-Key, X-Goog-Api-Key, OpenAI-Api-Key, and names that end in api-key, token, auth,
   * secret or password.
   */
  redactHeaders: v.optional(v.array(v.string()), []),
  /**
   * Names of further JSON members, form fields and URL parameters to hide. Always hidden: names that end
   * in api_key, access_token, secret, password, cookie and the like; in URLs and forms also those that
   * end in key, token, auth, sig, signature, session, sid or pwd.
   */
  redactFields: v.optional(v.array(v.string()), []),
});

export const settingsSchema = v.object({
  /** If empty, OLLAMA_HOST, OLLAMA_BASE_URL or the default determine the upstream. */
  upstreams: v.optional(v.array(upstream), []),
  bind: v.optional(v.pipe(v.string(), v.minLength(1)), '127.0.0.1'),
  /** Upstreams without their own port get one from here upwards. 0 means any free port. */
  proxyPort: v.optional(port, 11_435),
  apiPort: v.optional(port, 11_436),
  /** Names allowed in a request's Host, in addition to loopback and this machine's own. */
  allowedHosts: v.optional(v.array(v.string()), []),
  /** Browser origins that may use the proxy, in addition to loopback and known app schemes. */
  allowedOrigins: v.optional(v.array(v.string()), []),
  /**
   * Keys of other Tokwatts, by names that you choose. Requests that they have counted are not
   * counted again here.
   */
  trustedHops: v.optional(
    v.record(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)), hopKey),
    {},
  ),
  /** How long data is kept, and how large the ledger may grow. */
  retention: v.optional(retention, {}),
  captures: v.optional(captures, {}),
  clients: v.optional(
    v.object({
      /** Find out which program on this machine sent a request. Only its name, or its script's, is stored. */
      processes: v.optional(v.boolean(), true),
    }),
    {},
  ),
  gpuIntervalMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(250)), 1_000),
  hardware: v.optional(hardwareSchema, {}),
  /** The ratios to estimate unknown counts of streams that were cut off. */
  estimates: v.optional(
    v.object({
      bytesPerInputToken: v.optional(v.pipe(v.number(), v.minValue(0.1)), 4),
      tokensPerOutputChunk: v.optional(v.pipe(v.number(), v.minValue(0.1)), 1),
    }),
    {},
  ),
  alerts: v.optional(alertsSchema, {}),
  cost: v.optional(costSchema, {}),
  budgets: v.optional(budgetsSchema, []),
  otlp: v.optional(otlpSchema, {}),
  sinks: v.optional(sinksSchema, {}),
  reporter: v.optional(reporterSchema, {}),
  updates: v.optional(updatesSchema, {}),
  /** Of the window, in the desktop and in browsers. */
  appearance: v.optional(appearanceSchema, {}),
  tray: v.optional(traySchema, {}),
  miniMonitor: v.optional(miniMonitorSchema, {}),
  shortcuts: v.optional(shortcutsSchema, {}),
  notifications: v.optional(notificationsSchema, {}),
  desktop: v.optional(desktopSchema, {}),
  /** The public library that is searched for models to download. */
  libraryUrl: v.optional(httpUrl, 'https://ollama.com'),
});

export type Settings = v.InferOutput<typeof settingsSchema>;
export type UpstreamSetting = Settings['upstreams'][number];

export const DEFAULT_SETTINGS: Settings = v.parse(settingsSchema, {});

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Validates a settings document. Each problem is one line that names the field; each field has at
 * most one.
 */
export function parseSettings(document: unknown): ParsedSettings {
  const result = v.safeParse(settingsSchema, document, { message: plainWords });
  if (result.success) return { ok: true, settings: result.output };
  const problems = new Map<string, string>();
  for (const issue of result.issues) {
    const path = v.getDotPath(issue) ?? '';
    // Only the first problem of a field is reported, because the others may result from it.
    if (problems.has(path)) continue;
    problems.set(
      path,
      path === '' ? `The settings: ${issue.message}` : `${path}: ${issue.message}`,
    );
  }
  return { ok: false, problems: [...problems.values()] };
}
