import type { ActivityRecord } from '../../../shared/usage.ts';
import { ApiError } from '../../client/api.ts';
import type { Api } from '../../client/api.ts';
import { stopAllAnswers } from './chats.ts';
import { replayOf } from './replay.ts';
import { setupOf } from './sampling.ts';
import { playground } from './store.ts';
import { newConversation } from './types.ts';
import type { Choice, Question } from './types.ts';

/** A request that is replayed, as much of it as there is. */
export interface Loaded {
  /** Whether its messages are known, and end in a question. */
  readonly found: 'loaded' | 'continued' | 'noCapture' | 'unreadable';
  readonly choice: Choice | null;
  /** How many tools it offered, which a replay does not. */
  readonly toolCount: number;
  /** Servers read only images that are sent with the message. */
  readonly hasImagesElsewhere: boolean;
  /** Shows it in place of the conversation. */
  readonly open: () => void;
  readonly isOpen: () => boolean;
}

interface CaptureAnswer {
  readonly request: { readonly body: string; readonly encoding: string };
}

/** Reads a request's row and its capture. Rejects if there is no such row. */
export async function loadReplay(api: Api, id: string): Promise<Loaded> {
  const row = await api.get<ActivityRecord>(`/activity/${encodeURIComponent(id)}`);
  const capture = await captureOf(api, id);
  const replay = capture === null ? null : replayOf(capture.request.body);
  const setup = setupOf(row.sampling, replay?.system ?? '');
  const conversation = { ...newConversation(setup), turns: replay?.turns ?? [] };
  const { text, pictures } = replay?.question ?? { text: '', pictures: [] };
  const sendable = pictures.filter(({ source }) => source.startsWith('data:'));
  const question: Question = { text, pictures: sendable };
  const hasQuestion = text !== '' || sendable.length > 0;
  const found = capture === null ? 'noCapture' : replay === null ? 'unreadable' : null;
  let isOpen = false;
  return {
    found: found ?? (hasQuestion ? 'loaded' : 'continued'),
    choice: row.model === null ? null : { model: row.model, upstream: row.upstream },
    toolCount: row.sampling?.toolCount ?? 0,
    hasImagesElsewhere: sendable.length < pictures.length,
    open: () => {
      isOpen = true;
      stopAllAnswers();
      playground.open(conversation, question);
    },
    isOpen: () => isOpen,
  };
}

async function captureOf(api: Api, id: string): Promise<CaptureAnswer | null> {
  try {
    return await api.get<CaptureAnswer>(`/activity/${encodeURIComponent(id)}/capture`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
