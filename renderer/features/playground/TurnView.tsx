import { memo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Message } from '../../../shared/conversation/parts.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { AnswerView, Reasoning } from './AnswerView.tsx';
import { Comparison, Figures } from './Figures.tsx';
import { Markdown } from './Markdown.tsx';
import { textOfParts } from './messages.ts';
import { Thumbnails } from './Thumbnails.tsx';
import { ToolCallView } from './ToolCallView.tsx';
import type { Turn } from './types.ts';
import css from './Conversation.module.css';

interface TurnProps {
  readonly turn: Turn;
  readonly onAgain: (turnId: string) => void;
  readonly onEdit: (turnId: string) => void;
}

/** A question with its answers. It is drawn again only when one of them changes. */
export const TurnView = memo(function TurnView({ turn, onAgain, onEdit }: TurnProps): JSX.Element {
  const { answers, replayed, id } = turn;
  const [first, second] = answers;
  const again = (): void => onAgain(id);
  return (
    <li className={css.turn}>
      <QuestionView turn={turn} onAgain={again} onEdit={() => onEdit(id)} />
      {answers.length === 0 && <Replayed messages={replayed} />}
      {first !== undefined && second === undefined && (
        <div className={css.single}>
          <AnswerView answer={first} onAgain={again} />
          <Figures answer={first} />
        </div>
      )}
      {first !== undefined && second !== undefined && (
        <>
          <div className={css.pair}>
            <AnswerView answer={first} onAgain={again} />
            <AnswerView answer={second} onAgain={again} />
          </div>
          <Comparison first={first} second={second} />
        </>
      )}
    </li>
  );
});

function QuestionView({
  turn: { question },
  onAgain,
  onEdit,
}: {
  readonly turn: Turn;
  readonly onAgain: () => void;
  readonly onEdit: () => void;
}): JSX.Element {
  const text = useTranslations('playground.turn');
  return (
    <div className={css.question}>
      <div className={css.said}>
        <h2 className={css.you}>{text('you')}</h2>
        <Thumbnails pictures={question.pictures} />
        <p className={css.words}>{question.text}</p>
      </div>
      <div className={css.actions}>
        <Button plain onClick={onEdit}>
          {text('edit')}
        </Button>
        <Button plain onClick={onAgain}>
          {text('again')}
        </Button>
        <CopyButton text={question.text} label={text('copyQuestion')} />
      </div>
    </div>
  );
}

/** What followed the question in a request that is replayed. It has no figures here. */
function Replayed({ messages }: { readonly messages: readonly Message[] }): JSX.Element {
  const text = useTranslations('playground.turn');
  return (
    <>
      {messages.map(({ role, parts }, index) => (
        <article key={index} className={css.answer} aria-label={role}>
          <div className={css.who}>
            <h3 className={css.name}>{role}</h3>
            <span className={css.where}>{text('replayed')}</span>
          </div>
          {parts.map((part, at) => {
            if (part.kind === 'reasoning')
              return <Reasoning key={at} text={part.text} isNow={false} />;
            if (part.kind !== 'toolCall' && part.kind !== 'toolResult') return null;
            return part.kind === 'toolCall' ? (
              <ToolCallView key={at} name={part.name} input={part.input} />
            ) : (
              <details key={at} className={css.fold}>
                <summary>{text('toolResult')}</summary>
                <p className={css.reasoning}>{part.text}</p>
              </details>
            );
          })}
          <Markdown text={textOfParts(parts)} isGrowing={false} />
        </article>
      ))}
    </>
  );
}
