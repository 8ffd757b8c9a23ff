import type { JSX, ReactNode } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import css from './clients.module.css';

export interface FormDialogProps {
  readonly title: string;
  readonly saveText: string;
  readonly isBusy: boolean;
  readonly onSave: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog with one form, which Enter in a field saves too. */
export function FormDialog(props: FormDialogProps): JSX.Element {
  const { title, saveText, isBusy, onSave, onClose, children } = props;
  return (
    <Dialog
      {...{ title, onClose }}
      isOpen
      actions={
        <Button onClick={onSave} disabled={isBusy}>
          {saveText}
        </Button>
      }
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
      >
        {children}
      </form>
    </Dialog>
  );
}
