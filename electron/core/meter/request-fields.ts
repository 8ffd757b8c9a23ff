import type { ActivityRecord } from '../../../shared/usage.ts';
import type { RequestFacts } from '../usage/extractor.ts';
import type { Session } from './sessions.ts';

/**
 * What a row tells of its request. Requests that ask a model for nothing belong to no session.
 */
export function requestFields(
  session: Session | null,
  { sampling }: RequestFacts,
  inference: boolean,
): Pick<ActivityRecord, 'sessionId' | 'sessionSource' | 'sampling'> {
  if (session === null || !inference) return { sessionId: null, sessionSource: null, sampling };
  return { sessionId: session.id, sessionSource: session.source, sampling };
}
