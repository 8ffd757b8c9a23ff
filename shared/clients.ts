/** The programs and keys that asked models for something. */
import type { BudgetState } from './cost.ts';
import type { DayCost } from './energy-days.ts';

/** What clients are told apart by: the application of a request, the fingerprint of its API key, or its program. */
export const CLIENT_DIMENSIONS = ['application', 'key', 'process'] as const;
export type ClientDimension = (typeof CLIENT_DIMENSIONS)[number];

/** What the user gave a client. */
export interface ClientLook {
  /** The name to show; null shows the client's own. */
  readonly label: string | null;
  /** `#1b9e77`; null for the next free one. */
  readonly colour: string | null;
}

/** One model of a client. */
export interface ClientModel {
  /** Null if the server does not know it, or the request named none. */
  readonly model: string | null;
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Requests with unknown token counts. */
  readonly unmeteredRequests: number;
  readonly energyJoules: number | null;
}

export interface ClientRow extends ClientLook {
  /** Null for requests that name no application, or send no key. */
  readonly name: string | null;
  /** Budgets of this client. */
  readonly budgets: readonly BudgetState[];
  /** The local day of its first request ever, `2026-11-21`; null if that is not known. */
  readonly firstDay: string | null;
  /** When its last request ended, Unix milliseconds; null if its rows were deleted. */
  readonly lastSeenAt: number | null;
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Requests with unknown token counts. */
  readonly unmeteredRequests: number;
  /** Its part of the input and output tokens of all clients, 0 to 1; null without any tokens. */
  readonly tokenShare: number | null;
  /** An estimate; null if no request has a known energy. */
  readonly energyJoules: number | null;
  /** What its energy cost; empty without a tariff. */
  readonly cost: readonly DayCost[];
  /** Those it used most, at most 5; at most 200 if it was asked for by its name. */
  readonly models: readonly ClientModel[];
  /** How many more there are. */
  readonly otherModels: number;
}

export interface Clients {
  readonly by: ClientDimension;
  /** The range, widened to whole local days, Unix milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Those with the most tokens first, at most 500. */
  readonly clients: readonly ClientRow[];
  /** Clients that were left out because there are too many. */
  readonly omittedClients: number;
}
