import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Markdown } from './Markdown.tsx';
import { ProblemNote } from './ProblemNote.tsx';
import { ToolCallView } from './ToolCallView.tsx';
import { isRunning } from './types.ts';
import type { Answer } from './types.ts';
import css from './Conversation.module.css';

/** One model's answer, as it grows. */
export function AnswerView({
  answer,
  onAgain,
}: {
  readonly answer: Answer;
  readonly onAgain: () => void;
}): JSX.Element {
  const text = useTranslations('playground.turn');
  const { choice, upstream, reasoning, toolCalls, problem } = answer;
  const where = choice.upstream ?? upstream;
  const hasCopy = !isRunning(answer) && answer.text !== '';
  return (
    <article className={css.answer} aria-label={choice.model} aria-busy={isRunning(answer)}>
      <div className={css.who}>
        <h3 className={css.name}>
          <LongName>{choice.model}</LongName>
        </h3>
        {where !== null && <span className={css.where}>{where}</span>}
        <span className={css.copyPlace}>
          {hasCopy && <CopyButton text={answer.text} label={text('copyAnswer')} />}
        </span>
      </div>
      {reasoning !== '' && (
        <Reasoning text={reasoning} isNow={isRunning(answer) && answer.text === ''} />
      )}
      {answer.text !== '' && <Markdown text={answer.text} isGrowing={isRunning(answer)} />}
      {toolCalls.map(({ name, input }, index) => (
        <ToolCallView key={index} name={name} input={input} />
      ))}
      <EndOf answer={answer} />
      {problem !== null && <ProblemNote answer={answer} problem={problem} onAgain={onAgain} />}
    </article>
  );
}

/** Folded, because it is long and seldom what was asked for. */
export function Reasoning({
  text: reasoning,
  isNow,
}: {
  readonly text: string;
  readonly isNow: boolean;
}): JSX.Element {
  const text = useTranslations('playground.turn');
  return (
    <details className={css.fold}>
      <summary>{text(isNow ? 'reasoningNow' : 'reasoning')}</summary>
      <p className={css.reasoning}>{reasoning}</p>
    </details>
  );
}

/** Says why there is no more text, where that is not plain. */
function EndOf({ answer }: { readonly answer: Answer }): JSX.Element | null {
  const text = useTranslations('playground.turn');
  const { state, finishReason, toolCalls } = answer;
  if (state === 'waiting') return <p className={css.soft}>{text('waiting')}</p>;
  if (state === 'stopped') return <p className={css.soft}>{text('stopped')}</p>;
  if (state !== 'done') return null;
  if (finishReason === 'length' || finishReason === 'max_tokens') {
    return <p className={css.soft}>{text('cut')}</p>;
  }
  const isEmpty = answer.text.trim() === '' && toolCalls.length === 0;
  return isEmpty ? <p className={css.soft}>{text('nothing')}</p> : null;
}
