import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import type { Conversation } from './types.ts';
import css from './KeptList.module.css';

/** Longest title, characters. */
const TITLE_LENGTH = 60;

/** The beginning of the first question; null if it has no text. */
export function titleOf({ turns }: Conversation): string | null {
  const first = turns[0]?.question.text.trim().split('\n', 1)[0] ?? '';
  if (first === '') return null;
  return first.length > TITLE_LENGTH ? `${first.slice(0, TITLE_LENGTH)}…` : first;
}

/** The conversations that are kept, newest first. */
export function KeptList({
  chats,
  onOpen,
  onDelete,
}: {
  readonly chats: readonly Conversation[];
  readonly onOpen: (chat: Conversation) => void;
  readonly onDelete: (chat: Conversation) => void;
}): JSX.Element {
  const text = useTranslations('playground.kept');
  return (
    <ul className={css.list}>
      {chats.map((chat) => {
        const title = titleOf(chat) ?? text('untitled');
        return (
          <li key={chat.id} className={css.chat}>
            <button
              type="button"
              className={css.open}
              aria-label={text('open', { title })}
              onClick={() => onOpen(chat)}
            >
              <span className={css.title}>{title}</span>
              <span className={css.when}>
                {text('when', { at: new Date(chat.startedAt) })} ·{' '}
                {text('messages', { count: chat.turns.length })}
              </span>
            </button>
            <Button plain onClick={() => onDelete(chat)}>
              {text('delete')}
              <VisuallyHidden> {title}</VisuallyHidden>
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
