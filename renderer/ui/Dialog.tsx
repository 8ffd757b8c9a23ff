import type { JSX, ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { Button } from './Button.tsx';
import css from './Dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Buttons beside the one that closes. */
  readonly actions?: ReactNode;
  /** The label of the button that closes; "Close" by default. */
  readonly closeLabel?: string;
  readonly children: ReactNode;
}

/** A modal dialog. Escape and a click beside it close it; then the focus returns to where it was. */
export function Dialog(props: DialogProps): JSX.Element {
  const { title, isOpen, onClose, actions, closeLabel, children } = props;
  const text = useTranslations('frame');
  return (
    <ModalOverlay
      className={css.overlay ?? ''}
      isDismissable
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={css.modal ?? ''}>
        <AriaDialog className={css.dialog ?? ''}>
          <Heading slot="title" level={2} className={css.title ?? ''}>
            {title}
          </Heading>
          <div className={css.body}>{children}</div>
          <div className={css.actions}>
            <Button onClick={onClose}>{closeLabel ?? text('close')}</Button>
            {actions}
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
