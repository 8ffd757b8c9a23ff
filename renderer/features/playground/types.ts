/** What the playground holds. `null` means unknown; times are Unix milliseconds. */
import type { Message } from '../../../shared/conversation/parts.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { newId } from './new-id.ts';

/** A model and where it is asked; without an upstream, Tokwatt chooses one that has it. */
export interface Choice {
  readonly model: string;
  readonly upstream: string | null;
}

/** An image of a question. */
export interface Picture {
  readonly id: string;
  readonly name: string;
  /** A data URL. */
  readonly source: string;
}

/** What the user says. */
export interface Question {
  readonly text: string;
  readonly pictures: readonly Picture[];
}

export interface ToolCall {
  readonly name: string;
  /** JSON, possibly incomplete. */
  readonly input: string;
}

/** Why an answer failed, in the words of the API, and its code, which decides what is offered. */
export interface Problem {
  readonly code: string | null;
  readonly message: string;
  /** The message for the language of the window; absent in chats that an older version kept. */
  readonly said?: Sentence | null;
}

/** Figures of an answer: its row in the activity, with what it cost. */
export interface AnswerRow extends Pick<
  ActivityRecord,
  'id' | 'usage' | 'rates' | 'timing' | 'energyJoules'
> {
  readonly cost: {
    readonly electricity: { readonly currency: string; readonly cost: number } | null;
  };
}

export type AnswerState = 'waiting' | 'running' | 'done' | 'stopped' | 'failed';

export interface Answer {
  readonly id: string;
  /** The model asked first is in lane 0, the one that it is compared with in lane 1. */
  readonly lane: number;
  readonly choice: Choice;
  /** Where it was asked; null until the answer has ended. */
  readonly upstream: string | null;
  readonly state: AnswerState;
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly problem: Problem | null;
  readonly finishReason: string | null;
  /** Null until it is known, and if metering is paused. */
  readonly row: AnswerRow | null;
}

/** A question with its answers. */
export interface Turn {
  readonly id: string;
  readonly question: Question;
  readonly answers: readonly Answer[];
  /** What followed the question in a replayed request: answers, tool calls and their results. */
  readonly replayed: readonly Message[];
}

export const SAMPLING_FIELDS = [
  'temperature',
  'topP',
  'topK',
  'maxTokens',
  'seed',
  'context',
] as const;
export type SamplingField = (typeof SAMPLING_FIELDS)[number];

export const THINKING = ['default', 'on', 'off', 'low', 'medium', 'high'] as const;
export type Thinking = (typeof THINKING)[number];

/** What goes with each question. Fields are as typed; an empty one leaves it to the server. */
export interface Setup {
  readonly system: string;
  readonly sampling: Readonly<Record<SamplingField, string>>;
  readonly thinking: Thinking;
}

export interface Conversation {
  readonly id: string;
  readonly startedAt: number;
  readonly setup: Setup;
  readonly turns: readonly Turn[];
}

export const EMPTY_SETUP: Setup = {
  system: '',
  sampling: { temperature: '', topP: '', topK: '', maxTokens: '', seed: '', context: '' },
  thinking: 'default',
};

export function newConversation(setup: Setup = EMPTY_SETUP): Conversation {
  return { id: newId(), startedAt: Date.now(), setup, turns: [] };
}

export function isRunning({ state }: Pick<Answer, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}
