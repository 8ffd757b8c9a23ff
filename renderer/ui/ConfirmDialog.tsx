import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useAction } from '../state/action.ts';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';

/**
 * Asks before something is lost. `children` names what goes; `verb` is the label of the button that
 * does it ("Delete 3 rows"). It closes when `perform` has succeeded, and shows the error else.
 */
export function ConfirmDialog({
  title,
  verb,
  isOpen,
  onClose,
  perform,
  children,
}: {
  readonly title: string;
  readonly verb: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly perform: () => Promise<void>;
  readonly children: ReactNode;
}): JSX.Element {
  const text = useTranslations('frame');
  const { state, problem, run } = useAction(async () => {
    await perform();
    onClose();
  });
  return (
    <Dialog
      title={title}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={text('cancel')}
      actions={
        <Button onClick={run} disabled={state === 'busy'}>
          {verb}
        </Button>
      }
    >
      {children}
      {problem !== null && <p role="alert">{problem}</p>}
    </Dialog>
  );
}
