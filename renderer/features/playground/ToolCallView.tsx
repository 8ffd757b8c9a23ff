import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import css from './Conversation.module.css';

/** A call that a model makes of a tool. The playground shows calls and runs none. */
export function ToolCallView({
  name,
  input,
}: {
  readonly name: string;
  readonly input: string;
}): JSX.Element {
  const text = useTranslations('playground.turn');
  return (
    <figure className={css.tool}>
      <figcaption className={css.toolName}>{text('toolCall', { name })}</figcaption>
      <pre tabIndex={0}>{indented(input)}</pre>
    </figure>
  );
}

/** Arguments are readable once they are whole. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
