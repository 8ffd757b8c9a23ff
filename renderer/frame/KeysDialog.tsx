import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '../ui/Dialog.tsx';
import css from './KeysDialog.module.css';
import { PAGES } from './pages.tsx';

/** The list of keys, opened with `?`. */
export function KeysDialog({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useTranslations('frame');
  const keys: readonly (readonly [key: string, meaning: string])[] = [
    ...PAGES.map(({ key, name }) => [`g ${key}`, text(`pages.${name}`)] as const),
    ['Ctrl K, ⌘K', text('keys.palette')],
    ['/', text('keys.search')],
    ['?', text('keys.help')],
    ['Esc', text('keys.back')],
  ];
  return (
    <Dialog title={text('keys.title')} isOpen={isOpen} onClose={onClose}>
      <dl className={css.keys}>
        {keys.map(([key, meaning]) => (
          <div key={key} className={css.row}>
            <dt className={css.meaning}>{meaning}</dt>
            <dd>
              <kbd className={css.key}>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
