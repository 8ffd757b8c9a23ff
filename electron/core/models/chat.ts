import { under } from '../proxy/target.ts';
import type { JsonObject } from '../upstreams/json.ts';
import { TokwattError } from '../errors.ts';
import { failureOf } from './call.ts';
import { accepted } from './server-calls.ts';
import type { Target } from './target.ts';
import { textLines } from './text-lines.ts';

/** What is to be asked, in no dialect yet. */
export interface ChatQuestion {
  readonly model: string;
  /** As the client gave them. */
  readonly messages: readonly JsonObject[];
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly maxTokens?: number | undefined;
  /** What else the server understands, in its own names. */
  readonly options: JsonObject;
}

/** A piece of an answer. */
export interface ChatPiece {
  /** Text of the answer. */
  readonly token?: string | undefined;
  /** Text of the model's thinking. */
  readonly thinking?: string | undefined;
}

/** What a whole answer took; null where the server did not say. */
export interface ChatEnd {
  readonly finishReason: string | null;
  /** The whole prompt, its cached part included. */
  readonly promptTokens: number | null;
  readonly cachedPromptTokens: number | null;
  readonly completionTokens: number | null;
}

/** Reads one answer, a line at a time. */
export interface ChatReader {
  /** Null for a line that holds no text. Throws a TokwattError for one that tells of a failure. */
  line(line: string): ChatPiece | null;
  /** What was learnt; null as long as the end was not seen. */
  end(): ChatEnd | null;
}

/** How one family of servers is asked to chat, always streamed. */
export interface ChatDialect {
  readonly path: string;
  readonly body: (question: ChatQuestion) => JsonObject;
  readonly reader: () => ChatReader;
}

/** An answer that has begun. */
export interface RunningChat {
  /** Throws a TokwattError if the answer breaks off. Returns what it took. */
  readonly pieces: AsyncGenerator<ChatPiece, ChatEnd>;
}

/**
 * Asks through Tokwatt's own proxy, as any other program would, so that the exchange is metered.
 * The request carries the upstream's key itself.
 * Resolves when the answer begins, however long the prompt takes. Throws a TokwattError if the
 * server refuses.
 */
export async function startChat(options: {
  readonly target: Target;
  readonly dialect: ChatDialect;
  readonly question: ChatQuestion;
  /** The `User-Agent`. */
  readonly agent: string;
  readonly signal: AbortSignal;
}): Promise<RunningChat> {
  const { target, dialect, question, agent, signal } = options;
  const response = await accepted(target, {
    method: 'POST',
    url: under(target.proxyUrl, dialect.path),
    headers: {
      accept: 'text/event-stream, application/x-ndjson',
      'user-agent': agent,
      ...target.credentials.headers(target.kind, dialect.path),
    },
    body: dialect.body(question),
    signal,
  });
  return { pieces: pieces(target, textLines(response), dialect.reader()) };
}

async function* pieces(
  target: Target,
  lines: AsyncIterable<string>,
  reader: ChatReader,
): AsyncGenerator<ChatPiece, ChatEnd> {
  try {
    for await (const line of lines) {
      const piece = reader.line(line);
      if (piece !== null) yield piece;
    }
  } catch (error) {
    if (error instanceof TokwattError) throw toldBy(target, error);
    throw brokenOff(target, failureOf(error, true).message);
  }
  const end = reader.end();
  if (end === null) throw brokenOff(target, 'it ended before its end');
  return end;
}

/** A failure in the server's words, without the key. */
function toldBy({ credentials }: Target, { code, message, status }: TokwattError): TokwattError {
  return new TokwattError(code, credentials.hide(message), status === null ? {} : { status });
}

function brokenOff(target: Target, reason: string): TokwattError {
  const message = `The answer of ${target.name} broke off (${reason}). Look at its log, and ask again.`;
  return new TokwattError('upstream_died', message, { status: 502 });
}

/** A piece of the texts that are not empty; null if there is none. */
export function pieceOf(token: string | null, thinking: string | null): ChatPiece | null {
  if (token === null && thinking === null) return null;
  return { ...(token === null ? {} : { token }), ...(thinking === null ? {} : { thinking }) };
}
