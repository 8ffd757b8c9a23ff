import { useState } from 'react';
import { isCancelled } from '../../state/action.ts';
import { lineOf } from './use-settings.ts';
import type { LoadedSettings } from './use-settings.ts';

/** Saves changes and keeps the result of the last one. */
export function useSave(update: LoadedSettings['update']): {
  readonly problem: string | null;
  readonly isSaving: boolean;
  /** True right after a change was saved, until the next edit. */
  readonly isSaved: boolean;
  readonly save: (patch: Record<string, unknown>) => void;
  /** Call it on each edit. It clears the result of the last change. */
  readonly edited: () => void;
} {
  const [state, setState] = useState<{
    readonly problem: string | null;
    readonly phase: 'idle' | 'saving' | 'saved';
  }>({ problem: null, phase: 'idle' });

  const save = (patch: Record<string, unknown>): void => {
    setState({ problem: null, phase: 'saving' });
    update(patch).then(
      () => setState({ problem: null, phase: 'saved' }),
      (error: unknown) =>
        setState({ problem: isCancelled(error) ? null : lineOf(error), phase: 'idle' }),
    );
  };
  return {
    problem: state.problem,
    isSaving: state.phase === 'saving',
    isSaved: state.phase === 'saved',
    save,
    edited: () => setState({ problem: null, phase: 'idle' }),
  };
}
