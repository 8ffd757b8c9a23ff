import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { addressOf } from '../../../shared/page-address.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { TurnView } from './TurnView.tsx';
import type { Turn } from './types.ts';
import css from './Conversation.module.css';

/** All turns, or what to do where there are none. */
export function ConversationView({
  turns,
  hasModels,
  onAgain,
  onEdit,
}: {
  readonly turns: readonly Turn[];
  readonly hasModels: boolean;
  readonly onAgain: (turnId: string) => void;
  readonly onEdit: (turnId: string) => void;
}): JSX.Element {
  const text = useTranslations('playground');
  return (
    <section className={css.conversation} aria-label={text('conversation')}>
      {turns.length === 0 && <Empty hasModels={hasModels} />}
      <ol className={css.turns}>
        {turns.map((turn) => (
          <TurnView key={turn.id} turn={turn} onAgain={onAgain} onEdit={onEdit} />
        ))}
      </ol>
    </section>
  );
}

function Empty({ hasModels }: { readonly hasModels: boolean }): JSX.Element {
  const text = useTranslations('playground.empty');
  if (!hasModels) {
    return (
      <EmptyState action={<Link href={addressOf('models')}>{text('toModels')}</Link>}>
        {text('noModels')}
      </EmptyState>
    );
  }
  return (
    <EmptyState>
      {text('none')} {text('kept')}
    </EmptyState>
  );
}
