import type { ProbeFailure, Prober, ProbeReply } from './probe.ts';
import { isLocked } from './server-kinds/reading.ts';
import type { Fingerprint } from './server-kinds/reading.ts';
import { SERVER_KINDS } from './server-kinds/server-kinds.ts';

export type FingerprintResult =
  ({ readonly ok: true; readonly locked: boolean } & Fingerprint) | ProbeFailure;

/**
 * Determines the kind of server at an address, with as few GET requests as possible and without
 * side effects. If the first request gets no answer, the search ends. Later ones may fail, such as
 * with a server that closes the connection on an unknown path, as long as the server still runs.
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
