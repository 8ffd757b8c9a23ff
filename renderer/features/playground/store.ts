import { useSyncExternalStore } from 'react';
import { newConversation } from './types.ts';
import type { Answer, Conversation, Question, Setup, Turn } from './types.ts';

/** What the page shows. Objects are replaced when they change, so that the rest is not drawn again. */
export interface PlaygroundState {
  readonly conversation: Conversation;
  /** The question that is being written. */
  readonly draft: Question;
}

const NO_DRAFT: Question = { text: '', pictures: [] };

/** Holds the conversation while this window is open, also while another page is. */
export class PlaygroundStore {
  #state: PlaygroundState = {
    conversation: newConversation(),
    draft: NO_DRAFT,
  };
  readonly #listeners = new Set<() => void>();

  get = (): PlaygroundState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #set(change: Partial<PlaygroundState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  setDraft(draft: Question): void {
    this.#set({ draft });
  }

  /** Shows another conversation, such as a replayed one, with a question to send. */
  open(conversation: Conversation, draft: Question = NO_DRAFT): void {
    this.#set({ conversation, draft });
  }

  setSetup(setup: Setup): void {
    this.#set({ conversation: { ...this.#state.conversation, setup } });
  }

  setTurns(change: (turns: readonly Turn[]) => readonly Turn[]): void {
    const { conversation } = this.#state;
    this.#set({ conversation: { ...conversation, turns: change(conversation.turns) } });
  }

  /** Changes one answer, wherever it is. An answer that was taken away stays away. */
  setAnswer(id: string, change: (answer: Answer) => Answer): void {
    this.setTurns((turns) =>
      turns.map((turn) =>
        turn.answers.some((answer) => answer.id === id)
          ? {
              ...turn,
              answers: turn.answers.map((answer) => (answer.id === id ? change(answer) : answer)),
            }
          : turn,
      ),
    );
  }
}

/** The store of this window. */
export const playground = new PlaygroundStore();

/** A part of the state. The component is drawn again only when that part changes. */
export function usePlayground<Part>(pick: (state: PlaygroundState) => Part): Part {
  return useSyncExternalStore(playground.subscribe, () => pick(playground.get()));
}
