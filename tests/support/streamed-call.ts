/** A call of the control API that is answered in server-sent events. */
import { createSseReader } from '../../renderer/client/sse.ts';
import type { Headless } from './headless.ts';
import { tokenOf } from './control-api.ts';

export interface StreamedCall {
  readonly status: number;
  readonly headers: Headers;
  /** What came so far, oldest first; a problem body is one of the name `problem`. */
  readonly events: readonly StreamedEvent[];
  /** Settles when the stream is over, whoever ended it. */
  readonly ended: Promise<void>;
  readonly hangUp: () => void;
}

export interface StreamedEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Resolves when the head of the answer is there. */
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

/** The same, once it is over. */
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
    // Hung up, by whichever side.
  }
}
