import { Notification } from 'electron';
import type { AlertState } from '../../shared/alert-state.ts';
import type { Delta } from '../../shared/snapshot.ts';
import { noticesFor } from './alert-notices.ts';

/** Number of notifications kept referenced. A collected one can no longer be clicked. */
const HELD = 20;

/** Shows notifications when alerts begin and end. */
export interface AlertNotifier {
  changed(delta: Delta): void;
}

/**
 * Shows alerts that begin or end from now on. `alerts` are the present ones, which are not shown.
 * A click calls `open`. The application must be ready.
 */
export function createAlertNotifier(
  alerts: readonly AlertState[],
  open: () => void,
): AlertNotifier {
  const held: Notification[] = [];
  let before = alerts;
  return {
    changed({ changed: { alerts: after } }) {
      if (after === undefined) return;
      const notices = noticesFor(before, after);
      before = after;
      if (!Notification.isSupported()) return;
      for (const { title, body, urgent } of notices) {
        const notification = new Notification({
          title,
          body,
          ...(urgent ? { urgency: 'critical' as const, timeoutType: 'never' as const } : {}),
        });
        notification.on('click', open);
        held.push(notification);
        if (held.length > HELD) held.shift();
        notification.show();
      }
    },
  };
}
