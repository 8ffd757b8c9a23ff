/**
 * What is wrong now: the one rule by which the tray calls for attention. Each problem ends by itself
 * when its cause does.
 */
import type { LostCore } from './attachment.ts';
import type { State } from './snapshot.ts';
import type { UpstreamState } from './slices.ts';

/** A thing that is wrong. `at` is since when, Unix milliseconds; null if not known. */
export type Problem =
  | { readonly kind: 'upstream'; readonly name: string; readonly at: number | null }
  | { readonly kind: 'alert'; readonly name: string; readonly at: number | null }
  | { readonly kind: 'ledger'; readonly name: string; readonly at: number | null }
  | { readonly kind: 'metering'; readonly name: string; readonly at: number | null }
  | { readonly kind: 'core'; readonly name: LostCore['kind']; readonly at: number };

/** What was seen of an upstream since the start. */
export interface UpstreamUse {
  readonly wasUp: boolean;
  /** When a client's request to it last ran, Unix milliseconds; null for none in this run. */
  readonly usedAt: number | null;
  /** When it last answered a client, Unix milliseconds. */
  readonly answeredAt: number | null;
  /** Since when it does not answer; null while it does. */
  readonly downSince: number | null;
}

export type UpstreamUses = Readonly<Record<string, UpstreamUse>>;

/** A server that nobody has asked for so long is not in use; that it is off is no problem. */
export const IN_USE_MS = 15 * 60_000;

const UNSEEN: UpstreamUse = { wasUp: false, usedAt: null, answeredAt: null, downSince: null };

type Seen = Pick<State, 'app' | 'upstreams' | 'inFlight' | 'recent'>;

/** `before` with what a newer state tells about the upstreams. */
export function followUses(before: UpstreamUses, state: Seen, now: number): UpstreamUses {
  return Object.fromEntries(
    state.upstreams.map((upstream) => [
      upstream.name,
      follow(before[upstream.name] ?? UNSEEN, upstream, state, now),
    ]),
  );
}

function follow(
  before: UpstreamUse,
  { name, health }: UpstreamState,
  { app, inFlight, recent }: Seen,
  now: number,
): UpstreamUse {
  const rows = recent.filter((row) => row.upstream === name && row.completedAt >= app.startedAt);
  const runs = inFlight.some(({ upstream }) => upstream === name);
  const answers = rows.filter(({ error }) => error === null);
  return {
    wasUp: before.wasUp || health === 'up' || answers.length > 0,
    usedAt: runs ? now : newest(before.usedAt, rows),
    answeredAt: newest(before.answeredAt, answers),
    downSince: health === 'down' ? (before.downSince ?? now) : null,
  };
}

function newest(
  before: number | null,
  rows: readonly { readonly completedAt: number }[],
): number | null {
  return rows.reduce<number | null>(
    (latest, { completedAt }) => Math.max(latest ?? completedAt, completedAt),
    before,
  );
}

/**
 * The problems of a state, the most urgent first: an upstream that clients use is down, an alert
 * fires, the ledger cannot store, the last exchange could not be metered. An upstream that was never
 * up, that nobody has used for a quarter of an hour, or that answers clients all the same is none. If
 * the core is lost, nothing else is known.
 */
export function problemsOf(
  { upstreams, alerts, ledger, recent, app, attachment }: State,
  uses: UpstreamUses,
  now: number,
): readonly Problem[] {
  const lost = attachment?.lost ?? null;
  if (lost !== null) return [{ kind: 'core', name: lost.kind, at: lost.at }];
  const down = upstreams.flatMap(({ name, health }): Problem[] => {
    const use = uses[name] ?? UNSEEN;
    const isMissed = health === 'down' && use.wasUp && isInUse(use, now) && !isAnswering(use);
    return isMissed ? [{ kind: 'upstream', name, at: use.downSince }] : [];
  });
  // A rule that fires for several models is one problem.
  const firing = [
    ...new Map(
      alerts
        .filter(({ status }) => status === 'firing')
        .map(({ rule, firedAt }): [string, Problem] => [
          rule,
          { kind: 'alert', name: rule, at: firedAt },
        ]),
    ).values(),
  ];
  const degraded: Problem[] =
    ledger.status === 'degraded' ? [{ kind: 'ledger', name: ledger.message ?? '', at: null }] : [];
  const last = recent[0];
  const isUnmetered = last?.error === 'metering_failed' && last.completedAt >= app.startedAt;
  const unmetered: Problem[] = isUnmetered
    ? [{ kind: 'metering', name: last.upstream, at: last.completedAt }]
    : [];
  return [...down, ...firing, ...degraded, ...unmetered];
}

function isInUse({ usedAt }: UpstreamUse, now: number): boolean {
  return usedAt !== null && now - usedAt <= IN_USE_MS;
}

/** Health checks can fail where clients succeed, at a busy server for example. */
function isAnswering({ answeredAt, downSince }: UpstreamUse): boolean {
  return answeredAt !== null && downSince !== null && answeredAt > downSince;
}
