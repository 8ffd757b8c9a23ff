import { readFile } from 'node:fs/promises';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import type { Message, Sentence } from '../../../shared/sentences.ts';
import { TokwattError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EditedFile } from '../settings/edited-file.ts';
import { watchFile } from './file-watch.ts';
import { lineOf } from './json-lines.ts';
import { documentFault, ignoredSettings, withoutMark } from './state-store.ts';

type Plain = Record<string, unknown>;

export interface SettingsFileOptions {
  readonly path: string;
  /** The document at the start. Its unknown settings were reported then. */
  readonly document: Plain;
  readonly log: Log;
  /** Shows a warning of a topic; null removes it. */
  readonly tell: (topic: string, message: Message | null) => void;
}

/** Watches settings.json while Tokwatt runs. Reports edits and what is wrong with them. */
export class SettingsFile implements EditedFile {
  readonly #options: SettingsFileOptions;
  #ignored: Sentence | null;
  /** The reason of the last refusal, so that it is logged once; null if the file is not refused. */
  #refusal: string | null = null;
  #unwatch = (): void => undefined;

  constructor(options: SettingsFileOptions) {
    this.#options = options;
    this.#ignored = ignoredSettings(options.path, options.document);
  }

  /** Calls `onEdit` a moment after each write by any program. */
  watch(onEdit: () => void): void {
    const { path, log } = this.#options;
    this.#unwatch();
    this.#unwatch = watchFile({ path, log, onChange: onEdit });
  }

  close(): void {
    this.#unwatch();
  }

  async read(): Promise<Buffer | null> {
    try {
      return await readFile(this.#options.path);
    } catch {
      return null;
    }
  }

  parse(bytes: Buffer): Plain {
    const fault = documentFault(bytes);
    if (fault !== null) {
      const message = sentence('settings_wrong', { problems: fault });
      throw new TokwattError('bad_request', message, { status: 400 });
    }
    return JSON.parse(withoutMark(bytes)) as Plain;
  }

  taken(document: Plain | null): void {
    const { path, tell, log } = this.#options;
    tell(path, null);
    this.#refusal = null;
    if (document === null) return;
    log.info({}, 'settings.json was edited and is in force');
    const ignored = ignoredSettings(path, document);
    const [before, now] = [textOf(this.#ignored), textOf(ignored)];
    // At the start, the warning was its own topic.
    if (before !== null && before !== now) tell(before, null);
    if (now !== null && before !== now) tell(now, ignored);
    this.#ignored = ignored;
  }

  refused(bytes: Buffer, error: unknown): string {
    const { path, tell, log } = this.#options;
    const reason = `${path} is refused: ${reasonOf(withoutMark(bytes), error)}`;
    // A refused file is checked again at each change over the API.
    if (this.#refusal !== reason) log.warn({}, reason);
    this.#refusal = reason;
    tell(path, sentence('settings_refused', { reason }));
    return reason;
  }
}

function textOf(said: Sentence | null): string | null {
  return said === null ? null : inEnglish(said);
}

/** What is wrong, with the line before each setting that the text has. */
function reasonOf(text: string, error: unknown): string {
  if (!(error instanceof TokwattError)) return `it could not be applied (${String(error)}).`;
  const before = error.setting === null ? '' : prefix(text, error.setting);
  const problems = error.message.replace(
    /(^|; )([^;:]+)(?=: )/g,
    (_all, separator: string, setting: string) => `${separator}${prefix(text, setting)}${setting}`,
  );
  return `${before}${problems}`;
}

function prefix(text: string, setting: string): string {
  const line = lineOf(text, setting);
  return line === null ? '' : `line ${line}: `;
}
