/**
 * Taking over a port: the server moves to another one, and Tokwatt listens where clients already ask,
 * so that no client changes.
 */
import type { Sentence } from './sentences.ts';

/** How the server is started, which decides how it is moved. */
export const INSTALLATIONS = ['systemd', 'systemd-user', 'macos', 'windows', 'process'] as const;
export type Installation = (typeof INSTALLATIONS)[number];

/** What a step does. The words are in the catalogue. */
export const STEP_KINDS = [
  'override',
  'environment',
  'restart',
  'stop',
  'start',
  'setting',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export interface TakeoverStep {
  readonly kind: StepKind;
  /** Lines for the platform's shell; empty if the step has to be done in the server's own settings. */
  readonly commands: readonly string[];
}

export interface TakeoverPlan {
  readonly installation: Installation;
  /** The port that clients use. */
  readonly port: number;
  /** The port to which the server moves. */
  readonly serverPort: number;
  readonly steps: readonly TakeoverStep[];
  /** The way back, to be gone after Tokwatt has left the port. */
  readonly undo: readonly TakeoverStep[];
  /** True if Tokwatt has the right to run the commands itself. */
  readonly canRun: boolean;
}

/**
 * - `possible`: nothing has happened
 * - `waiting`: the server is expected at its new port; as soon as it is there and the old port is
 *   free, Tokwatt listens on the old one
 * - `held`: Tokwatt listens on the old port
 * - `impossible`: see `note`
 */
export const TAKEOVER_STATUSES = ['possible', 'waiting', 'held', 'impossible'] as const;
export type TakeoverStatus = (typeof TAKEOVER_STATUSES)[number];

/** One upstream's port. */
export interface Takeover {
  readonly upstream: string;
  readonly status: TakeoverStatus;
  /** What it waits for: the server at its new port, or the old port; null if it does not wait. */
  readonly waitsFor: 'server' | 'port' | null;
  /** Why it is impossible, or why the last try failed; null for nothing. */
  readonly note: string | null;
  readonly noteSentence: Sentence | null;
  /** Null if it is impossible. */
  readonly plan: TakeoverPlan | null;
}
