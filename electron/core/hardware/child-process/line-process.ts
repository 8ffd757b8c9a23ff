import { spawn } from 'node:child_process';
import type { Message } from '../../../../shared/sentences.ts';
import { endNote, errorNote } from '../gpu-notes.ts';
import { endChild } from './end-child.ts';
import { createLineSplitter } from './lines.ts';

/** Longest part of a program's last line in a note. */
const LAST_WORDS = 200;

export interface LineProcessOptions {
  /** The program's name in notes. */
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Takes a line of standard output. False: it is no reading, but may explain a failure. */
  readonly onLine: (line: string) => boolean;
  /** The program is gone. Called once, and never after `stop`. `note` is a phrase for people. */
  readonly onEnd: (note: Message) => void;
}

export interface LineProcess {
  /** Ends the program, by force if it does not follow. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** Runs a program that prints one reading a line until it is stopped. Never throws. */
export function startLineProcess(options: LineProcessOptions): LineProcess {
  const { name, path, args, onLine, onEnd } = options;
  const child = spawn(path, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  let isOver = false;
  let lastWords = '';
  const keep = (line: string): void => {
    if (line.trim() !== '') lastWords = line.trim().slice(0, LAST_WORDS);
  };
  const end = (note: Message): void => {
    if (isOver) return;
    isOver = true;
    onEnd(note);
  };
  const onOutput = createLineSplitter((line) => {
    if (isOver) return;
    if (onLine(line)) lastWords = '';
    else keep(line);
  });
  child.stdout.on('data', onOutput);
  child.stderr.on('data', createLineSplitter(keep));
  child.on('error', (error) => end(errorNote(name, error)));
  // `close` comes after the last output; `exit` may come before it.
  child.on('close', (code, signal) => {
    end(endNote(name, { code, signal }, lastWords));
  });
  return {
    stop: () => {
      isOver = true;
      return endChild(child);
    },
  };
}
