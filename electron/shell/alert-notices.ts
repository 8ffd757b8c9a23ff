import type { AlertState } from '../../shared/alert-state.ts';

/** A notification to show. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  /** True for a notification that stays until it is dismissed. */
  readonly urgent: boolean;
}

/** More alerts than this are combined into one notification. */
const MOST = 3;

/**
 * The notifications for a change: each alert that began to fire, and each that was shown as firing and
 * is resolved. An alert that already fired is not shown again.
 */
export function noticesFor(
  before: readonly AlertState[],
  after: readonly AlertState[],
): readonly Notice[] {
  const fired = new Map(
    before
      .filter(({ status }) => status === 'firing')
      .map((state) => [keyOf(state), state.firedAt] as const),
  );
  const changes = after.filter((state) => {
    if (!state.notify || state.status === 'pending') return false;
    const isKnown = fired.get(keyOf(state)) === state.firedAt && state.firedAt !== null;
    return state.status === 'firing' ? !isKnown : isKnown;
  });
  return changes.length > MOST ? [together(changes)] : changes.map(noticeOf);
}

function noticeOf({ rule, status, severity, message }: AlertState): Notice {
  return status === 'firing'
    ? { title: rule, body: message, urgent: severity === 'critical' }
    : { title: `Over: ${rule}`, body: message, urgent: false };
}

function together(changes: readonly AlertState[]): Notice {
  const firing = changes.filter(({ status }) => status === 'firing');
  const shown = firing.length > 0 ? firing : changes;
  const names = [...new Set(shown.map(({ rule }) => rule))].slice(0, MOST);
  return {
    title: firing.length > 0 ? `${firing.length} alerts` : `${changes.length} alerts are over`,
    body: `${names.join(', ')}${shown.length > names.length ? ' and more' : ''}`,
    urgent: firing.some(({ severity }) => severity === 'critical'),
  };
}

function keyOf({ rule, by, subject }: AlertState): string {
  return JSON.stringify([rule, by, subject]);
}
