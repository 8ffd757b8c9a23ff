import type { BudgetState } from '../../../shared/cost.ts';
import type { Log } from '../log.ts';
import { attribute } from '../meter/attribution.ts';
import { headerLookup } from '../meter/header-lookup.ts';
import type { Refusal } from '../proxy/refusal.ts';
import type { RequestHead } from '../proxy/tap.ts';
import { routeRequest } from '../usage/registry.ts';
import { routeWebSocket } from '../usage/websocket-routes.ts';
import { budgetRefusal } from './budget-words.ts';

interface BudgetGateOptions {
  readonly budgets: { readonly states: readonly BudgetState[]; update(): void };
  /** Salts the fingerprints of API keys. */
  readonly salt: () => string;
  readonly log: Log;
  /** Unix milliseconds; replaced in tests. */
  readonly now?: () => number;
}

/**
 * Refuses requests whose budget is used up and has a hard stop. Only requests that ask a model for
 * tokens are refused. If anything fails here, the request passes.
 */
export class BudgetGate {
  readonly #options: BudgetGateOptions;
  /** False in almost all installations, so that a request costs one comparison. */
  #isActive = false;
  #hasFailed = false;

  constructor(options: BudgetGateOptions) {
    this.#options = options;
  }

  /** Takes whether any budget has a hard stop. */
  apply(budgets: readonly { readonly hardStop: boolean }[]): void {
    this.#isActive = budgets.some(({ hardStop }) => hardStop);
  }

  /** Null if the request may pass. */
  refusalFor(head: RequestHead): Refusal | null {
    if (!this.#isActive) return null;
    try {
      const stopped = this.#stopFor(head);
      return stopped === null ? null : this.#refusal(stopped);
    } catch (error) {
      const fields = { error: String(error) };
      if (!this.#hasFailed) this.#options.log.error(fields, 'budgets could not be checked');
      this.#hasFailed = true;
      return null;
    }
  }

  #stopFor(head: RequestHead): BudgetState | null {
    const { budgets, salt } = this.#options;
    budgets.update();
    const stopped = budgets.states.filter(({ isStopped }) => isStopped);
    if (stopped.length === 0) return null;
    const header = headerLookup(head.rawHeaders);
    if (!asksForTokens(head, header)) return null;
    const all = stopped.find(({ scope }) => scope === 'all');
    if (all !== undefined) return all;
    const client = attribute(header, head.remoteAddress, salt());
    return (
      stopped.find(({ scope, subject }) => {
        if (scope === 'client') return client.application === subject;
        return scope === 'key' && client.key === subject;
      }) ?? null
    );
  }

  #refusal(state: BudgetState): Refusal {
    const now = (this.#options.now ?? Date.now)();
    const seconds = Math.max(1, Math.ceil((state.resetsAt - now) / 1_000));
    return {
      status: 429,
      code: 'budget_exceeded',
      message: budgetRefusal(state),
      // The second header is what the SDKs of OpenAI and Anthropic obey; they would retry a 429.
      headers: ['Retry-After', `${seconds}`, 'X-Should-Retry', 'false'],
    };
  }
}

function asksForTokens(
  { method, target }: RequestHead,
  header: (name: string) => string | undefined,
): boolean {
  const isWebSocket = method === 'GET' && /\bwebsocket\b/i.test(header('upgrade') ?? '');
  if (isWebSocket) return routeWebSocket(target).messages !== null;
  return routeRequest(method, target).inference;
}
