/** The last resort: servers that are known only by the API that they speak. */
import { objectOf } from '../json.ts';
import { isLocked, modelList } from './reading.ts';
import type { Replies, ServerKind } from './reading.ts';

export const ANTHROPIC: ServerKind = {
  kind: 'anthropic',
  paths: ['/v1/models'],
  recognise: (replies: Replies): string | null => {
    const answer = objectOf(replies.get('/v1/models')?.json);
    const error = objectOf(answer?.error);
    return answer?.type === 'error' && error !== null ? 'Anthropic API' : null;
  },
};

export const OPENAI: ServerKind = {
  kind: 'openai',
  paths: ['/v1/models'],
  recognise: (replies: Replies): string | null => {
    const answer = replies.get('/v1/models');
    const locked = isLocked(answer) && objectOf(answer?.json)?.error !== undefined;
    return modelList(replies) !== null || locked ? 'OpenAI-compatible server' : null;
  },
};
