import { sentence } from '../../../shared/sentences.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { TokwattError } from '../errors.ts';
import { withCredentials } from '../upstreams/credentials.ts';
import type { Credentials, CredentialsOf } from '../upstreams/credentials.ts';
import { failureNote } from '../upstreams/failure-note.ts';
import { fingerprint } from '../upstreams/fingerprint.ts';
import { createProber } from '../upstreams/probe.ts';
import type { ProbeFailure } from '../upstreams/probe.ts';

/** An upstream as model management sees it. */
export interface Target {
  readonly name: string;
  /** The server itself. Its path is a base path. */
  readonly url: URL;
  /** The address of Tokwatt's proxy for it. */
  readonly proxyUrl: URL;
  /** Null if it answers but is not a known server. */
  readonly kind: string | null;
  readonly label: string | null;
  /** For Tokwatt's own requests, directly or through the proxy. */
  readonly credentials: Credentials;
}

/** Longest time to recognize a server, milliseconds. After that it counts as unreachable. */
const RECOGNISE_MS = 3_000;

/** All upstreams in their order, with their kinds as far as they are known. */
export function targetsOf({ state }: Snapshot, credentialsOf: CredentialsOf): Target[] {
  return state.upstreams.map(({ name, targetUrl, proxyUrl, kind, label }) => {
    const url = new URL(targetUrl);
    const credentials = credentialsOf({ name, url });
    return { name, url, proxyUrl: reachable(proxyUrl), kind, label, credentials };
  });
}

/** The upstream's name for messages: `gpu-box (Ollama 0.33.0)`. */
export function titleOf({ name, label }: Target): string {
  return label === null ? name : `${name} (${label})`;
}

/**
 * The upstream with this name. Throws `upstream` (404), with the existing names, if there is none.
 */
export function targetNamed(targets: readonly Target[], name: string): Target {
  const target = targets.find((each) => each.name === name);
  if (target !== undefined) return target;
  const names = targets.map((each) => `"${each.name}"`).join(', ');
  throw new TokwattError('upstream', sentence('no_upstream_named', { name, names }), {
    status: 404,
  });
}

/**
 * The same upstream with its kind, which is queried if no check has found it yet. Throws
 * `upstream_unreachable` (502) if the server does not answer.
 */
export async function recognised(target: Target): Promise<Target> {
  if (target.kind !== null) return target;
  const prober = createProber({ timeoutMs: RECOGNISE_MS });
  try {
    const asking = withCredentials(prober, target.credentials, null);
    const found = await fingerprint(asking, target.url);
    if (!found.ok) throw unreachable(target, found);
    return { ...target, kind: found.kind, label: found.label };
  } finally {
    prober.close();
  }
}

/** The error for an upstream that could not be queried: 504 if it was too slow, else 502. */
export function unreachable(target: Target, failure: ProbeFailure): TokwattError {
  const note = failureNote(target.url, target.label, failure);
  return new TokwattError(
    'upstream_unreachable',
    sentence('upstream_says', { upstream: target.name, note }),
    {
      status: failure.code === 'TIMEOUT' ? 504 : 502,
      cause: failure,
    },
  );
}

/** Some platforms cannot connect to a wildcard address, so it is replaced by loopback. */
function reachable(proxyUrl: string): URL {
  const url = new URL(proxyUrl);
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return url;
}
