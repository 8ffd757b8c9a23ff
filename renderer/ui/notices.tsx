import { createContext, use, useCallback, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { foreignText } from '../../shared/foreign-name.ts';
import { Button } from './Button.tsx';
import css from './notices.module.css';

/** How long a notice stays, milliseconds. With an action there must be time to reach it. */
const SHOWN_MS = 4_000;
const SHOWN_WITH_ACTION_MS = 12_000;

interface Notice {
  readonly id: number;
  readonly message: string;
  readonly undo: (() => void) | null;
}

/** Shows a line at the foot of the window. `undo`, if given, is offered beside it. */
export type Notify = (message: string, undo?: () => void) => void;

const NotifyContext = createContext<Notify | null>(null);

/** For the outcome of an action that is not visible where it was started. */
export function useNotify(): Notify {
  const notify = use(NotifyContext);
  if (notify === null) throw new Error('NoticeProvider is missing above this component');
  return notify;
}

let lastId = 0;

/** Shows the latest notice. Screen readers read it out. */
export function NoticeProvider({ children }: { readonly children: ReactNode }): JSX.Element {
  const [notice, setNotice] = useState<Notice | null>(null);
  const notify = useCallback<Notify>((message, undo) => {
    const id = ++lastId;
    setNotice({ id, message, undo: undo ?? null });
    setTimeout(
      () => setNotice((current) => (current?.id === id ? null : current)),
      undo === undefined ? SHOWN_MS : SHOWN_WITH_ACTION_MS,
    );
  }, []);
  return (
    <NotifyContext value={notify}>
      {children}
      <div className={css.place} role="status">
        {notice !== null && <Line notice={notice} onClose={() => setNotice(null)} />}
      </div>
    </NotifyContext>
  );
}

function Line({
  notice: { message, undo },
  onClose,
}: {
  readonly notice: Notice;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useTranslations('frame');
  return (
    <p className={css.notice}>
      {foreignText(message)}
      {undo !== null && (
        <Button
          plain
          onClick={() => {
            undo();
            onClose();
          }}
        >
          {text('undo')}
        </Button>
      )}
    </p>
  );
}
