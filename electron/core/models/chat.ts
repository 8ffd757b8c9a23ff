import { sentence } from '../../../shared/sentences.ts';
import { REQUEST_HEADER } from '../proxy/headers.ts';
import { under } from '../proxy/target.ts';
import type { JsonObject } from '../upstreams/json.ts';
import { TokwattError } from '../errors.ts';
import { failureOf } from './call.ts';
import { accepted } from './server-calls.ts';
import type { Target } from './target.ts';
import { textLines } from './text-lines.ts';

/** A chat request, independent of any dialect. */
export interface ChatQuestion {
  readonly model: string;
  /** As sent by the client. */
  readonly messages: readonly JsonObject[];
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly maxTokens?: number | undefined;
  /** The tools that the model may call, in the form that OpenAI and Ollama share. */
  readonly tools?: readonly JsonObject[] | undefined;
  /** Whether to think before the answer, or how hard. */
  readonly think?: boolean | string | undefined;
  /** Additional options with the server's own names. */
  readonly options: JsonObject;
}

/** A call of a tool, or a piece of one. Pieces of one call have the same index. */
export interface ChatToolCall {
  readonly index: number;
  /** Null in later pieces, and at servers that give none. */
  readonly id: string | null;
  readonly name: string | null;
  /** JSON, or the next piece of it. */
  readonly arguments: string;
}

/** A piece of an answer. */
export interface ChatPiece {
  /** Text of the answer. */
  readonly token?: string | undefined;
  /** Text of the model's thinking. */
  readonly thinking?: string | undefined;
  readonly toolCalls?: readonly ChatToolCall[] | undefined;
}

/** The counts of a whole answer; null if the server did not report them. */
export interface ChatEnd {
  readonly finishReason: string | null;
  /** The whole prompt, including its cached part. */
  readonly promptTokens: number | null;
  readonly cachedPromptTokens: number | null;
  readonly completionTokens: number | null;
}

/** Parses one answer line by line. */
export interface ChatReader {
  /**
   * Returns null for a line without text. Throws a TokwattError for a line that reports a failure.
   */
  line(line: string): ChatPiece | null;
  /** Returns the counts; null if the end was not seen. */
  end(): ChatEnd | null;
}

/** How to chat with one family of servers. The answer is always streamed. */
export interface ChatDialect {
  readonly path: string;
  readonly body: (question: ChatQuestion) => JsonObject;
  readonly reader: () => ChatReader;
}

/** An answer that has begun. */
export interface RunningChat {
  /** Returns the counts at its end. Throws a TokwattError if the answer breaks off. */
  readonly pieces: AsyncGenerator<ChatPiece, ChatEnd>;
}

/**
 * Sends the chat through Tokwatt's own proxy, so that it is metered like any other. The request
 * carries the upstream's key itself. Resolves when the answer begins; there is no time limit for
 * the prompt. Throws a TokwattError if the server refuses.
 */
export async function startChat(options: {
  readonly target: Target;
  readonly dialect: ChatDialect;
  readonly question: ChatQuestion;
  /** The `User-Agent`. */
  readonly agent: string;
  /** By which the row of the exchange is found. */
  readonly requestId: string;
  readonly signal: AbortSignal;
}): Promise<RunningChat> {
  const { target, dialect, question, agent, requestId, signal } = options;
  const response = await accepted(target, {
    method: 'POST',
    url: under(target.proxyUrl, dialect.path),
    headers: {
      accept: 'text/event-stream, application/x-ndjson',
      'user-agent': agent,
      [REQUEST_HEADER]: requestId,
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
    if (error instanceof TokwattError) throw withoutKey(target, error);
    throw brokenOff(target, failureOf(error, true).message);
  }
  const end = reader.end();
  if (end === null) throw brokenOff(target, 'it ended before its end');
  return end;
}

/** The server's failure message with the key removed. */
function withoutKey(
  { credentials }: Target,
  { code, message, status }: TokwattError,
): TokwattError {
  return new TokwattError(code, credentials.hide(message), status === null ? {} : { status });
}

function brokenOff(target: Target, reason: string): TokwattError {
  const message = sentence('answer_broke_off', { upstream: target.name, reason });
  return new TokwattError('upstream_died', message, { status: 502 });
}

/** A piece with what is not empty; null if there is nothing. */
export function pieceOf(
  token: string | null,
  thinking: string | null,
  toolCalls: readonly ChatToolCall[] = [],
): ChatPiece | null {
  if (token === null && thinking === null && toolCalls.length === 0) return null;
  return {
    ...(token === null ? {} : { token }),
    ...(thinking === null ? {} : { thinking }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
}
