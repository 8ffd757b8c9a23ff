import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Message, Part } from '../../../../shared/conversation/parts.ts';
import { Button } from '../../../ui/Button.tsx';
import css from './Detail.module.css';

/** Messages shown at first. Agents send hundreds; the last ones are new. */
const SHOWN = 12;

/** Messages with their roles, reasoning, tool calls and images. */
export function Conversation({ messages }: { readonly messages: readonly Message[] }): JSX.Element {
  const text = useTranslations('activity.detail');
  const [isAll, setAll] = useState(false);
  const hidden = isAll ? 0 : Math.max(0, messages.length - SHOWN);
  return (
    <div className={css.conversation}>
      {hidden > 0 && (
        <Button plain onClick={() => setAll(true)}>
          {text('firstMessages', { count: hidden })}
        </Button>
      )}
      {messages.slice(hidden).map((message, at) => (
        // Messages have no names of their own and never change their places.
        <Said key={hidden + at} message={message} />
      ))}
    </div>
  );
}

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

function Said({ message: { role, parts } }: { readonly message: Message }): JSX.Element {
  const text = useTranslations('activity.detail.roles');
  const known = ROLES.find((each) => each === role);
  return (
    <section className={css.message} data-role={role}>
      <h3 className={css.role}>{known === undefined ? role : text(known)}</h3>
      {parts.map((part, at) => (
        <PartOf key={at} part={part} number={at + 1} />
      ))}
    </section>
  );
}

function PartOf({ part, number }: { readonly part: Part; readonly number: number }): JSX.Element {
  const text = useTranslations('activity.detail');
  switch (part.kind) {
    case 'text':
      return <p className={css.text}>{part.text}</p>;
    case 'reasoning':
      return (
        <details className={css.reasoning}>
          <summary>{text('reasoningBlock')}</summary>
          <p className={css.text}>{part.text}</p>
        </details>
      );
    case 'image':
      return <Image source={part.source} number={number} />;
    case 'toolCall':
      return (
        <div className={css.tool}>
          <p>{text('toolCall', { name: part.name })}</p>
          <pre className={css.code}>{part.input}</pre>
        </div>
      );
    case 'toolResult':
      return (
        <div className={css.tool}>
          <p>{text('toolResult')}</p>
          <pre className={css.code}>{part.text}</pre>
        </div>
      );
  }
}

/** Only images that are in the request itself are shown: nothing is loaded from elsewhere. */
function Image({
  source,
  number,
}: {
  readonly source: string;
  readonly number: number;
}): JSX.Element {
  const text = useTranslations('activity.detail');
  if (!source.startsWith('data:image/')) {
    return <p className={css.quiet}>{text('remoteImage', { address: source })}</p>;
  }
  return <img className={css.thumbnail} src={source} alt={text('image', { number })} />;
}
