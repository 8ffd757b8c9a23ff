import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useReason } from '../../i18n/use-sentences.ts';
import { isCancelled } from '../../state/action.ts';
import { useNotify } from '../../ui/notices.tsx';
import { inversePatch } from './document.ts';
import { useEditable } from './page-context.tsx';
import { useNamedProblems } from './words.ts';

export interface Change {
  /** The core's answer to the last change; null if it was accepted. */
  readonly problem: string | null;
  readonly isBusy: boolean;
  /** As `change`, but rejects if the core refuses. */
  readonly attempt: (patch: Record<string, unknown>, name: string) => Promise<void>;
  /** Applies a merge patch, says so and offers to undo it. Resolves to whether it was accepted. */
  readonly change: (patch: Record<string, unknown>, name: string) => Promise<boolean>;
  /** Clears the problem; call it on each edit. */
  readonly edited: () => void;
}

/** Changes settings at once. */
export function useChange(): Change {
  const { view, update } = useEditable();
  const notify = useNotify();
  const reason = useReason();
  const named = useNamedProblems();
  const text = useTranslations('settings');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const undo = (patch: Record<string, unknown>): void =>
    void update(patch).then(
      () => notify(text('undone')),
      (error: unknown) => {
        if (!isCancelled(error)) notify(named(reason(error)));
      },
    );
  const attempt = async (patch: Record<string, unknown>, name: string): Promise<void> => {
    const inverse = inversePatch(view.settings, patch);
    setBusy(true);
    try {
      await update(patch);
    } finally {
      setBusy(false);
    }
    setProblem(null);
    notify(text('changed', { name }), inverse === null ? undefined : () => undo(inverse));
  };
  const change = async (patch: Record<string, unknown>, name: string): Promise<boolean> => {
    try {
      await attempt(patch, name);
      return true;
    } catch (error) {
      if (!isCancelled(error)) setProblem(reason(error));
      return false;
    }
  };
  return { problem, isBusy, attempt, change, edited: () => setProblem(null) };
}
