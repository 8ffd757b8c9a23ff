import type { LiveExchange } from './live-exchange.ts';
import type { ActivityRecord, Client } from './usage.ts';

/**
 * A row as readers without the API token get it. The client's network address, Origin, tag and the
 * session id that it gave are left out, because they come from the request itself.
 */
export interface PublicRecord extends Omit<ActivityRecord, 'client'> {
  readonly client: Pick<Client, 'application' | 'key' | 'process'>;
}

/** Removes the fields that need the API token from a row. */
export function publicRecord(row: ActivityRecord): PublicRecord {
  const { client, ...record } = row;
  const { application, key, process } = client;
  return { ...record, ...publicSession(row), client: { application, key, process } };
}

/** Removes the fields that need the API token from an exchange in flight. */
export function publicExchange(exchange: LiveExchange): LiveExchange {
  return { ...exchange, ...publicSession(exchange) };
}

/** Only an inferred id is Tokwatt's own. The source of a session is always told. */
function publicSession({
  sessionId,
  sessionSource,
}: Pick<LiveExchange, 'sessionId' | 'sessionSource'>): Pick<LiveExchange, 'sessionId'> {
  return { sessionId: sessionSource === 'inferred' ? sessionId : null };
}
