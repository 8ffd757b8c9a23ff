/** Gives all ports back at once, for `--give-back` and uninstallers, and says in words what was done. */
import type { Takeover, TakeoverPlan } from '../../../shared/takeover.ts';
import type { TakeoverRecord } from './records.ts';

/** The takeovers of this process, or of a Tokwatt that runs. */
export interface TakeoverAccess {
  list(): Promise<readonly Pick<Takeover, 'upstream' | 'status' | 'plan'>[]>;
  end(name: string, how: { readonly run: boolean }): Promise<unknown>;
}

/** What became of one port. */
export interface GivenBack {
  readonly upstream: string;
  readonly plan: Pick<TakeoverPlan, 'port' | 'serverPort' | 'canRun' | 'undo'>;
  /** Why the server could not be moved back; null if nothing went wrong. */
  readonly problem: string | null;
}

/** Gives the ports back one after the other, and moves the servers where Tokwatt has the right. Rejects without a list. */
export async function giveBackAll(takeovers: TakeoverAccess): Promise<readonly GivenBack[]> {
  const done: GivenBack[] = [];
  for (const { upstream, plan } of (await takeovers.list()).filter(isHeld)) {
    let problem: string | null = null;
    try {
      await takeovers.end(upstream, { run: true });
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (plan !== null) done.push({ upstream, plan, problem });
  }
  return done;
}

function isHeld({ status }: Pick<Takeover, 'status'>): boolean {
  return status === 'held';
}

/** What was done, and what is left to do, in lines for a terminal. */
export function giveBackText(
  done: readonly GivenBack[],
  orphans: readonly TakeoverRecord[] = [],
): string {
  const lines = [
    ...done.flatMap(linesOf),
    ...orphans.map(
      ({ port, serverPort }) =>
        `Port ${port} was taken over from a server that is no longer in the settings. Start that server on port ${port} again; it was moved to ${serverPort}.`,
    ),
  ];
  return lines.length === 0 ? 'No port is taken over.\n' : `${lines.join('\n')}\n`;
}

function linesOf({ upstream, plan, problem }: GivenBack): string[] {
  const { port, serverPort, canRun, undo } = plan;
  const commands = undo.flatMap((step) => step.commands).map((command) => `  ${command}`);
  const left = `Tokwatt has left port ${port}.`;
  if (canRun && problem === null) {
    return [`${left} "${upstream}" was moved back to it from port ${serverPort}, by:`, ...commands];
  }
  const why = problem === null ? [] : [problem];
  const how =
    commands.length === 0
      ? [`Stop "${upstream}", which is on port ${serverPort}, and start it on port ${port}.`]
      : [`Move "${upstream}" back to it from port ${serverPort}, by:`, ...commands];
  return [...(problem === null ? [left] : [`Port ${port}:`]), ...why, ...how];
}
