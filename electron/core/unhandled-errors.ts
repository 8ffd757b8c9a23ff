import { amount, sentence } from '../../shared/sentences.ts';
import type { Message, Sentence, SentenceValue } from '../../shared/sentences.ts';
import { systemCode } from './errors.ts';
import type { Log } from './log.ts';

/** Most errors that are counted separately. Further ones are counted together. */
const MAX_KINDS = 20;
const MAX_FRAMES = 30;
const MAX_FRAME_LENGTH = 300;
const OTHERS = 'others';
const UNKNOWN_PLACE = 'an unknown place';

export interface UnhandledErrorsOptions {
  readonly log: Log;
  /** The log file's path; null if only standard error has the log. */
  readonly logFile: string | null;
  /** Shows a warning to the user. A repeated topic replaces the earlier warning. */
  readonly warn: (topic: string, message: Message) => void;
}

/**
 * Turns unhandled errors into a warning and a log line. Errors with the same name and place are the
 * same error, which has one warning however often it occurs. It is reported again when its count
 * reaches 10, 100, 1,000 and so on.
 *
 * Messages of errors are left out, because they may quote a prompt or a key (a JSON syntax error
 * does).
 */
export class UnhandledErrors {
  readonly #options: UnhandledErrorsOptions;
  readonly #counts = new Map<string, number>();

  constructor(options: UnhandledErrorsOptions) {
    this.#options = options;
  }

  /** Never throws. `error` is whatever was thrown. */
  report(error: unknown): void {
    try {
      this.#report(describeError(error));
    } catch {
      // The log or the warning failed, so reporting it would fail too.
    }
  }

  #report({ name, code, place, frames }: DescribedError): void {
    const words = `${name} at ${place}`;
    const isNew = !this.#counts.has(words);
    const kind = isNew && this.#counts.size >= MAX_KINDS ? OTHERS : words;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (!isPowerOfTen(count)) return;
    this.#options.log.error(
      { error: name, code, at: place, stack: frames, count },
      'an error was not handled; traffic is not affected',
    );
    const log = this.#options.logFile ?? { text: 'log_on_stderr' };
    this.#options.warn(`unhandled ${kind}`, warningOf(kind === OTHERS ? null : words, count, log));
  }
}

/** Reports unhandled errors of this process, which would otherwise end it or stay unnoticed. */
export function catchUnhandled(report: (error: unknown) => void): void {
  process.on('uncaughtException', report);
  process.on('unhandledRejection', report);
}

export interface DescribedError {
  /** The error's class, such as `TypeError`. */
  readonly name: string;
  /** Node's code of a system error. */
  readonly code: string | null;
  /** Function, file and line that threw, such as `Meter.open (main.cjs:12:34)`. */
  readonly place: string;
  /** The stack without the message, innermost first. */
  readonly frames: readonly string[];
}

/** Describes an error without its message. Never throws. */
export function describeError(error: unknown): DescribedError {
  try {
    if (error instanceof Error) return describe(error);
  } catch {
    // An error whose own properties throw.
  }
  return { name: `thrown ${typeof error}`, code: null, place: UNKNOWN_PLACE, frames: [] };
}

function describe(error: Error): DescribedError {
  const frames = framesOf(error);
  const own =
    frames.find((frame) => /:\d+\)?$/.test(frame) && !frame.includes('node:')) ?? frames[0];
  const code = systemCode(error);
  return {
    name: isWord(error.name) ? error.name : 'Error',
    code: code !== null && isWord(code) ? code : null,
    place: own === undefined ? UNKNOWN_PLACE : withoutFolders(own),
    frames,
  };
}

/** The lines after the message. The message itself may have lines that look like stack frames. */
function framesOf({ stack, message }: Error): string[] {
  const text = stack ?? '';
  const at = message === '' ? -1 : text.indexOf(message);
  const lines = (at === -1 ? text : text.slice(at + message.length)).split('\n').slice(1);
  return lines
    .filter((line) => /^ {4}at .*(?::\d+:\d+\)?|<anonymous>\)?)$/.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.slice('    at '.length, MAX_FRAME_LENGTH));
}

function withoutFolders(frame: string): string {
  return frame.replace(/(^|\()(?:file:\/\/)?[^()]*[/\\]/, '$1');
}

function isWord(text: unknown): boolean {
  return typeof text === 'string' && /^[A-Za-z]\w{0,60}$/.test(text);
}

function isPowerOfTen(count: number): boolean {
  return /^10*$/.test(String(count));
}

/** `words` is null for errors of many kinds. */
function warningOf(words: string | null, count: number, place: SentenceValue): Sentence {
  const times = amount(count, 'count');
  if (words === null) {
    return count === 1
      ? sentence('errors_unhandled', { place })
      : sentence('errors_unhandled_times', { place, count: times });
  }
  return count === 1
    ? sentence('error_unhandled', { words, place })
    : sentence('error_unhandled_times', { words, place, count: times });
}
