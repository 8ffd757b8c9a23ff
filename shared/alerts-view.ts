import type { AlertState } from './alert-state.ts';
import type { AlertRule } from './alerts.ts';
import type { Sentence } from './sentences.ts';

/** The state of sending alerts to the webhook. */
export interface WebhookState {
  /** `off`: no address is set. `idle`: nothing was sent yet. */
  readonly status: 'off' | 'idle' | 'ok' | 'failing';
  /** What is wrong and what to do; null if nothing is. */
  readonly message: string | null;
  readonly messageSentence: Sentence | null;
  /** When a message was last accepted, Unix milliseconds. */
  readonly lastSuccessAt: number | null;
  /** Number of changes not sent yet. */
  readonly waiting: number;
}

/** Alerts, rules, and where they are told. */
export interface AlertsView {
  readonly alerts: readonly AlertState[];
  readonly rules: readonly AlertRule[];
  /** Whether alerts are shown on the desktop. */
  readonly notify: boolean;
  readonly webhook: WebhookState;
}

/** The outcome of a test of the webhook. */
export interface WebhookTest {
  readonly delivered: boolean;
  /** The status that it answered with; null if it did not answer. */
  readonly status: number | null;
  readonly message: string;
  readonly messageSentence: Sentence;
}
