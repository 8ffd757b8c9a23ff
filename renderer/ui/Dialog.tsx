import { useEffect, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { foreignText } from '../../shared/foreign-name.ts';
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
          <ReturnFocus />
          <Heading slot="title" level={2} className={css.title ?? ''}>
            {foreignText(title)}
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

/** React Aria does not return the focus if a field of the dialog had it from the start. */
function ReturnFocus(): null {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      setTimeout(() => {
        const isLost = document.activeElement === document.body;
        if (isLost && before instanceof HTMLElement) before.focus();
      });
    },
    [before],
  );
  return null;
}
