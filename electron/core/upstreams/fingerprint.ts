import type { ProbeFailure, Prober, ProbeReply } from './probe.ts';
import { isLocked, SERVER_KINDS, type Fingerprint } from './server-kinds.ts';

export type FingerprintResult =
  ({ readonly ok: true; readonly locked: boolean } & Fingerprint) | ProbeFailure;

/**
 * Finds out what kind of server answers at an address, with as few side-effect-free GETs as it
 * takes. The first question that finds nobody ends it; later ones may each go wrong (a server that
 * breaks off at a path it does not know) as long as the server is there.
 */
export async function fingerprint(prober: Prober, base: URL): Promise<FingerprintResult> {
  const replies = new Map<string, ProbeReply>();
  for (const { kind, paths, recognise } of SERVER_KINDS) {
    const missing = paths.filter((path) => !replies.has(path));
    const answers = await Promise.all(missing.map((path) => prober.get(base, path)));
    for (const [index, answer] of answers.entries()) {
      if (answer.ok) replies.set(missing[index] ?? '', answer);
      else if (replies.size === 0 || !answer.connected || answer.code === 'TIMEOUT') return answer;
    }
    const label = recognise(replies);
    if (label !== null) return { ok: true, kind, label, locked: anyLocked(replies, paths) };
  }
  return { ok: true, kind: null, label: null, locked: anyLocked(replies, [...replies.keys()]) };
}

function anyLocked(replies: ReadonlyMap<string, ProbeReply>, paths: readonly string[]): boolean {
  return paths.some((path) => isLocked(replies.get(path)));
}
