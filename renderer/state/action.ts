import { useEffect, useState } from 'react';
import { useReason } from '../i18n/use-sentences.ts';

/** How long the outcome of an action stays on screen, milliseconds. */
const SHOWN_MS = 2_000;

export type ActionState = 'idle' | 'busy' | 'done' | 'failed';

/** True if the user declined to enter something that the call needed. */
export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Runs a call to the main process and shows its result for a moment. */
export function useAction(perform: () => Promise<void>): {
  readonly state: ActionState;
  /** Why the last run failed, one line; null if it did not. Unlike `state` it stays. */
  readonly problem: string | null;
  readonly run: () => void;
} {
  const [state, setState] = useState<ActionState>('idle');
  const [problem, setProblem] = useState<string | null>(null);
  const reason = useReason();

  useEffect(() => {
    if (state !== 'done' && state !== 'failed') return undefined;
    const timer = setTimeout(() => setState('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);

  const run = (): void => {
    if (state === 'busy') return;
    setState('busy');
    setProblem(null);
    perform().then(
      () => setState('done'),
      (error: unknown) => {
        setState(isCancelled(error) ? 'idle' : 'failed');
        if (!isCancelled(error)) setProblem(reason(error));
      },
    );
  };
  return { state, problem, run };
}
