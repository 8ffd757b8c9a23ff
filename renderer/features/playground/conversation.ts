import type { Api } from '../../client/api.ts';
import { ask, stopAllAnswers } from './chats.ts';
import { chatBody } from './messages.ts';
import { newId } from './new-id.ts';
import { playground } from './store.ts';
import { newConversation } from './types.ts';
import type { Answer, Choice, Question, Turn } from './types.ts';

function emptyAnswer(choice: Choice, lane: number): Answer {
  return {
    id: newId(),
    lane,
    choice,
    upstream: null,
    state: 'waiting',
    text: '',
    reasoning: '',
    toolCalls: [],
    problem: null,
    finishReason: null,
    row: null,
  };
}

/** Asks each of the models, all at once. Resolves when all have ended. */
export async function sendQuestion(
  api: Api,
  question: Question,
  choices: readonly Choice[],
): Promise<void> {
  const turn = { id: newId(), question, replayed: [], answers: choices.map(emptyAnswer) };
  playground.setTurns((turns) => [...turns, turn]);
  playground.setDraft({ text: '', pictures: [] });
  await askAll(api, turn, turn.answers);
}

/** Asks again for an answer, of the models that are chosen now. Later turns go. */
export async function regenerate(
  api: Api,
  turnId: string,
  choices: readonly Choice[],
): Promise<void> {
  const before = playground.get().conversation.turns.find(({ id }) => id === turnId);
  if (before === undefined) return;
  stopAllAnswers();
  const turn = { ...before, replayed: [], answers: choices.map(emptyAnswer) };
  playground.setTurns((turns) => [...turnsBefore(turns, turnId), turn]);
  await askAll(api, turn, turn.answers);
}

async function askAll(api: Api, turn: Turn, answers: readonly Answer[]): Promise<void> {
  const { conversation } = playground.get();
  await Promise.all(
    answers.map(({ id, choice, lane }) =>
      ask(api, id, chatBody(conversation, { choice, lane, until: turn.id })),
    ),
  );
}

/** Takes a question back into the field, with all that followed it. Returns what undoes it. */
export function editQuestion(turnId: string): () => void {
  stopAllAnswers();
  const { conversation, draft } = playground.get();
  const turn = conversation.turns.find(({ id }) => id === turnId);
  if (turn === undefined) return () => undefined;
  playground.setTurns((turns) => turnsBefore(turns, turnId));
  playground.setDraft(turn.question);
  return () => playground.open(conversation, draft);
}

/** Begins a new conversation with the same setup. Returns what undoes it. */
export function startOver(): () => void {
  stopAllAnswers();
  const { conversation, draft } = playground.get();
  playground.open(newConversation(conversation.setup));
  return () => playground.open(conversation, draft);
}

function turnsBefore(turns: readonly Turn[], turnId: string): readonly Turn[] {
  const at = turns.findIndex(({ id }) => id === turnId);
  return at === -1 ? turns : turns.slice(0, at);
}
