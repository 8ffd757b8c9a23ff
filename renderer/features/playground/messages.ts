import type { Message, Part } from '../../../shared/conversation/parts.ts';
import { samplingBody } from './sampling.ts';
import { isRunning } from './types.ts';
import type { Answer, Choice, Conversation, Question, Turn } from './types.ts';

/** A message as `POST /chat` takes it. */
export type ChatMessage = Readonly<Record<string, unknown>>;

/**
 * The body of `POST /chat` for one answer.
 *
 * @param until the turn that is asked; those after it are left out
 * @param lane whose earlier answers the model sees as its own
 */
export function chatBody(
  conversation: Conversation,
  { choice, until, lane }: { choice: Choice; until: string; lane: number },
): object {
  const { system } = conversation.setup;
  return {
    model: choice.model,
    ...(choice.upstream === null ? {} : { upstream: choice.upstream }),
    ...(system.trim() === '' ? {} : { system }),
    messages: messagesUntil(conversation.turns, until, lane),
    ...samplingBody(conversation.setup),
  };
}

function messagesUntil(turns: readonly Turn[], until: string, lane: number): ChatMessage[] {
  const asked = turns.findIndex(({ id }) => id === until);
  return turns.slice(0, asked + 1).flatMap((turn, index) => {
    const question = questionMessage(turn.question);
    return index === asked ? [question] : [question, ...answerMessages(turn, lane)];
  });
}

function questionMessage({ text, pictures }: Question): ChatMessage {
  if (pictures.length === 0) return { role: 'user', content: text };
  const images = pictures.map(({ source }) => ({ type: 'image_url', image_url: { url: source } }));
  const words = text === '' ? [] : [{ type: 'text', text }];
  return { role: 'user', content: [...words, ...images] };
}

/** What the model is told to have said: its own answer, or the other model's where it has none. */
function answerMessages({ answers, replayed }: Turn, lane: number): ChatMessage[] {
  const said = answers.filter((answer) => !isRunning(answer) && answer.text !== '');
  const answer = said.find((each) => each.lane === lane) ?? said[0];
  if (answer !== undefined) return [{ role: 'assistant', content: answer.text }];
  return replayedMessages(replayed);
}

/** Ids of calls are made anew, because results follow their calls in order. */
function replayedMessages(replayed: readonly Message[]): ChatMessage[] {
  let called = 0;
  let answered = 0;
  return replayed.flatMap(({ role, parts }): ChatMessage[] => {
    const results = parts.flatMap((part) =>
      part.kind === 'toolResult'
        ? [{ role: 'tool', tool_call_id: `call_${answered++}`, content: part.text }]
        : [],
    );
    const text = textOfParts(parts);
    const calls = parts.flatMap((part) =>
      part.kind === 'toolCall'
        ? [
            {
              id: `call_${called++}`,
              type: 'function',
              function: { name: part.name, arguments: part.input },
            },
          ]
        : [],
    );
    if (text === '' && calls.length === 0) return results;
    const message = { role, content: text, ...(calls.length === 0 ? {} : { tool_calls: calls }) };
    return [...results, message];
  });
}

/** The visible text of a message. */
export function textOfParts(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n');
}

/** The whole conversation as Markdown, for copying. */
export function conversationText(turns: readonly Turn[]): string {
  const block = (who: string, text: string): string => `**${who}**\n\n${text}`;
  const answer = ({ choice, text }: Answer): string => block(choice.model, text);
  return turns
    .flatMap(({ question, answers, replayed }) => [
      block('user', question.text),
      ...replayed.map(({ role, parts }) => block(role, textOfParts(parts))),
      ...answers.map(answer),
    ])
    .join('\n\n');
}
