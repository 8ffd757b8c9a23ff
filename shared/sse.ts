/** One message of an event stream. */
export interface SseMessage {
  readonly event: string;
  readonly data: string;
  /** The id from which to resume. A message without one keeps the previous id. */
  readonly id: string;
}

/**
 * Reads server-sent events according to the HTML standard (9.2.6, without `retry`), from text in
 * pieces of any size. An incomplete message at the end of the stream is dropped. The browser's own
 * EventSource is not used because it cannot send the token.
 */
export function createSseReader(onMessage: (message: SseMessage) => void): (text: string) => void {
  let rest = '';
  let event = '';
  let id = '';
  let data: string[] = [];

  function takeLine(line: string): void {
    if (line === '') {
      if (data.length > 0) onMessage({ event: event || 'message', data: data.join('\n'), id });
      event = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  }

  return (text) => {
    // A carriage return at the end may belong to an incomplete line end.
    const whole = rest + text;
    const lines = whole.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) takeLine(line);
  };
}

/** The body of an answer: its bytes, and how they become text. */
export interface SseBody {
  readonly reader: {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  };
  readonly decoder: { decode(bytes: Uint8Array, options: { readonly stream: boolean }): string };
}

/**
 * Reads a body until its end. Rejects if the connection breaks.
 * @param onData called for each piece, whether or not a message is complete
 */
export async function readSse(
  { reader, decoder }: SseBody,
  onMessage: (message: SseMessage) => void,
  onData: () => void = () => undefined,
): Promise<void> {
  const read = createSseReader(onMessage);
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return;
    onData();
    read(decoder.decode(value, { stream: true }));
  }
}
