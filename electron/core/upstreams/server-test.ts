import { noted, sentence } from '../../../shared/sentences.ts';
import type { UpstreamTest } from '../../../shared/upstream-test.ts';
import { withCredentials } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { UNRECOGNISED_NOTE, failureNote, lockedNote } from './failure-note.ts';
import { fingerprint } from './fingerprint.ts';
import { createProber } from './probe.ts';
import type { Prober } from './probe.ts';

/** Asks a server what it is, once. Never throws. The key is sent to this address only. */
export function testServer(url: URL, credentials: Credentials): Promise<UpstreamTest> {
  return timed(async (prober) => {
    const found = await fingerprint(withCredentials(prober, credentials, null), url);
    if (!found.ok) {
      return { ok: false, kind: null, label: null, ...noted(failureNote(url, null, found)) };
    }
    const { kind, label, locked } = found;
    if (locked) return { ok: false, kind, label, ...noted(lockedNote(credentials.isSet)) };
    return { ok: true, kind, label, ...noted(kind === null ? UNRECOGNISED_NOTE : null) };
  });
}

/**
 * Sends one small request through a proxy, as a client would, so that its port, its admission and the
 * server behind it are tested together. It is counted as a request that is no inference.
 */
export function testProxy(proxyUrl: URL): Promise<UpstreamTest> {
  return timed(async (prober) => {
    const answer = await prober.get(proxyUrl, '/v1/models');
    const unknown = { kind: null, label: null };
    if (!answer.ok) return { ok: false, ...unknown, ...noted(failureNote(proxyUrl, null, answer)) };
    // A server without this list answers 404, which shows that the way to it is open.
    if (answer.status < 500) return { ok: true, ...unknown, ...noted(null) };
    const said = sentence('proxy_status', { status: String(answer.status) });
    return { ok: false, ...unknown, ...noted(said) };
  });
}

async function timed(
  test: (prober: Prober) => Promise<Omit<UpstreamTest, 'elapsedMs'>>,
): Promise<UpstreamTest> {
  const prober = createProber({ timeoutMs: 5_000 });
  const startedAt = performance.now();
  try {
    const result = await test(prober);
    return { ...result, elapsedMs: Math.round(performance.now() - startedAt) };
  } finally {
    prober.close();
  }
}
