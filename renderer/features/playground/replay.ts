import type { Message } from '../../../shared/conversation/parts.ts';
import { readRequest } from '../../../shared/conversation/request.ts';
import { textOfParts } from './messages.ts';
import { newId } from './new-id.ts';
import type { Picture, Question, Turn } from './types.ts';

/** A captured request, to ask again. */
export interface Replay {
  readonly system: string;
  /** What came before the last question. */
  readonly turns: readonly Turn[];
  /** The last question, to be changed and sent; empty if the request ended in something else. */
  readonly question: Question;
}

const NO_QUESTION: Question = { text: '', pictures: [] };

/** The conversation in a captured body; null if it is cut off or has no form that is known. */
export function replayOf(body: string): Replay | null {
  const messages = readRequest(body);
  if (messages === null) return null;
  const isInstruction = ({ role }: Message): boolean => role === 'system' || role === 'developer';
  const system = messages
    .filter(isInstruction)
    .map(({ parts }) => textOfParts(parts))
    .join('\n\n');
  const turns = turnsOf(messages.filter((message) => !isInstruction(message)));
  const last = turns.at(-1);
  if (last === undefined || last.replayed.length > 0) {
    return { system, turns, question: NO_QUESTION };
  }
  return { system, turns: turns.slice(0, -1), question: last.question };
}

function turnsOf(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    // Anthropic sends results of tools in messages of the user.
    const isQuestion =
      message.role === 'user' && !message.parts.some(({ kind }) => kind === 'toolResult');
    if (last === undefined || isQuestion) {
      const question = isQuestion ? questionOf(message) : NO_QUESTION;
      const replayed = isQuestion ? [] : [message];
      turns.push({ id: newId(), question, answers: [], replayed });
    } else {
      turns[turns.length - 1] = { ...last, replayed: [...last.replayed, message] };
    }
  }
  return turns;
}

function questionOf({ parts }: Message): Question {
  const pictures = parts.flatMap((part): Picture[] =>
    part.kind === 'image' ? [{ id: newId(), name: '', source: part.source }] : [],
  );
  return { text: textOfParts(parts), pictures };
}
