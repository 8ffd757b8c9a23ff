/** A call of the control API that is answered with server-sent events. */
import { createSseReader } from '../../shared/sse.ts';
import type { Headless } from './headless.ts';
import { tokenOf } from './control-api.ts';

export interface StreamedCall {
  readonly status: number;
  readonly headers: Headers;
  /** The events so far, oldest first. A problem body becomes an event with the name `problem`. */
  readonly events: readonly StreamedEvent[];
  /** Resolves when the stream has ended, on either side. */
  readonly ended: Promise<void>;
  readonly hangUp: () => void;
}

export interface StreamedEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Resolves when the head of the answer arrives. */
export async function streamedCall(
  tokwatt: Pick<Headless, 'api' | 'dataDir'>,
  path: string,
  body: object,
  abort = new AbortController(),
): Promise<StreamedCall> {
  const answer = await fetch(`${tokwatt.api}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOf(tokwatt)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: abort.signal,
  });
  const events: StreamedEvent[] = [];
  const take = (event: string, data: string): void => {
    events.push({ event, data: JSON.parse(data) as StreamedEvent['data'] });
  };
  const ended = answer.ok
    ? readAll(answer, take)
    : answer.text().then((text) => take('problem', text));
  return {
    status: answer.status,
    headers: answer.headers,
    events,
    ended,
    hangUp: () => abort.abort(),
  };
}

/** The same, but waits for the end. */
export async function wholeCall(
  tokwatt: Pick<Headless, 'api' | 'dataDir'>,
  path: string,
  body: object,
): Promise<StreamedCall> {
  const call = await streamedCall(tokwatt, path, body);
  await call.ended;
  return call;
}

async function readAll(
  answer: Response,
  take: (event: string, data: string) => void,
): Promise<void> {
  const read = createSseReader(({ event, data }) => take(event, data));
  const decoder = new TextDecoder();
  try {
    for await (const bytes of answer.body ?? []) read(decoder.decode(bytes, { stream: true }));
  } catch {
    // The connection was closed by either side.
  }
}
