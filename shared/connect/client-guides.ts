/** The one table of clients: first run and settings read it, and a test holds the document to it. */
import { APP_CLIENTS } from './app-clients.ts';
import type { ClientEntry, GuideFacts } from './client-entry.ts';
import { CLIENT_IDS } from './client-guide.ts';
import type { ClientGuide, ClientId, ClientTarget } from './client-guide.ts';
import { SDK_CLIENTS } from './sdk-clients.ts';

const ENTRIES: Readonly<Record<ClientId, ClientEntry>> = { ...SDK_CLIENTS, ...APP_CLIENTS };

/**
 * What to change in each client so that it asks through a proxy, in the order of the table. Clients
 * that speak only Ollama's API are left out for other servers.
 */
export function clientGuides(target: ClientTarget): readonly ClientGuide[] {
  const { proxyUrl, kind } = target;
  const isOllama = kind === 'ollama' || kind === null;
  const facts: GuideFacts = { ...target, base: proxyUrl.replace(/\/+$/, ''), isOllama };
  return CLIENT_IDS.flatMap((id) => {
    const { parts, ...entry } = ENTRIES[id];
    const found = parts(facts);
    return found === null ? [] : [{ id, ...entry, note: null, ...found }];
  });
}

/** True if the meter's names of a request are those of this client. */
export function isSeenAs(
  { seenAs }: Pick<ClientGuide, 'seenAs'>,
  {
    application,
    process,
  }: { readonly application: string | null; readonly process: string | null },
): boolean {
  const program = process?.replace(/\.(exe|py|js|mjs)$/i, '').toLowerCase() ?? null;
  return seenAs.some(
    (name) => name === application || (program !== null && name.toLowerCase() === program),
  );
}
