import { useState } from 'react';
import type { JSX } from 'react';
import {
  Autocomplete,
  Dialog,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from 'react-aria-components';
import { useTranslations } from 'use-intl';
import css from './Palette.module.css';
import { useCommands } from './use-commands.ts';
import type { Command } from './use-commands.ts';

interface PaletteProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly openKeys: () => void;
}

/** Pages, models and actions by name, opened with Ctrl K or ⌘K. */
export function Palette({ isOpen, onClose, openKeys }: PaletteProps): JSX.Element {
  const text = useTranslations('frame.palette');
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
        <Dialog className={css.dialog ?? ''} aria-label={text('title')}>
          <Commands onClose={onClose} openKeys={openKeys} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Commands({ onClose, openKeys }: Omit<PaletteProps, 'isOpen'>): JSX.Element {
  const text = useTranslations('frame.palette');
  const commands = useCommands(openKeys);
  const [query, setQuery] = useState('');
  const { contains } = useFilter({ sensitivity: 'base' });
  const run = (id: unknown): void => {
    onClose();
    commands.find((command) => command.id === id)?.run();
  };
  return (
    <Autocomplete
      inputValue={query}
      onInputChange={setQuery}
      filter={(item, typed) => typed.split(' ').every((word) => contains(item, word))}
    >
      <SearchField className={css.search ?? ''} aria-label={text('search')} autoFocus>
        <Input className={css.input ?? ''} placeholder={text('search')} />
      </SearchField>
      <Menu
        className={css.menu ?? ''}
        aria-label={text('title')}
        items={commands}
        onAction={run}
        renderEmptyState={() => <p className={css.none}>{text('none')}</p>}
      >
        {(command: Command) => (
          <MenuItem id={command.id} className={css.item ?? ''} textValue={command.title}>
            <span className={css.title}>{command.title}</span>
            <span className={css.hint}>{command.hint}</span>
          </MenuItem>
        )}
      </Menu>
    </Autocomplete>
  );
}
