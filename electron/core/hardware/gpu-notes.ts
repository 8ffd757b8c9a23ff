/** Why GPUs are not read, in sentences. */
import { joined, sentence } from '../../../shared/sentences.ts';
import type { Message, Sentence } from '../../../shared/sentences.ts';

/** Why there are no readings. `isFound` tells whether there is a GPU all the same. */
export function absenceNote(
  isFound: boolean,
  lookedFor: readonly Message[],
  why: readonly Message[],
): Sentence {
  const names = joined('and_names', lookedFor) ?? '';
  const reasons = joined('and_then', why);
  if (reasons === null) {
    return isFound ? sentence('no_gpu_load', { names }) : sentence('no_gpu_found', { names });
  }
  return isFound
    ? sentence('no_gpu_load_because', { names, reasons })
    : sentence('no_gpu_found_because', { names, reasons });
}

export function startNote(name: string, error: unknown): Sentence {
  return sentence('source_not_started', { name, words: String(error) });
}

export function silenceNote(name: string, limitMs: number): Sentence {
  return sentence('source_silent', { name, seconds: String(Math.round(limitMs / 1000)) });
}

/** Why a program could not be run. */
export function errorNote(name: string, { code, message }: NodeJS.ErrnoException): Sentence {
  return code === 'ENOENT'
    ? sentence('source_not_installed', { name })
    : sentence('source_failed', { name, words: message });
}

/** How a program ended. `lastWords` are those of its output; empty for none. */
export function endNote(
  name: string,
  exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null },
  lastWords: string,
): Sentence {
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  return lastWords === ''
    ? sentence('source_ended', { name, how })
    : sentence('source_ended_with', { name, how, words: lastWords });
}
