import type { Message } from '../../../shared/sentences.ts';
import type { JsonDocument } from '../json-document.ts';
import type { Log } from '../log.ts';
import type { ObservedSettings } from '../settings/settings-store.ts';

export interface RecorderOptions {
  readonly dataDir: string;
  readonly settings: ObservedSettings;
  readonly document: JsonDocument;
  readonly log: Log;
  /** The API keys of upstreams, which no capture may contain. */
  readonly secrets: () => readonly string[];
  readonly now: number;
  /** Completes the records whose energy is not known yet, from what is known now. */
  readonly completeAll: () => void;
  /** Shows a warning to the user once. */
  readonly onWarning: (message: Message) => void;
  readonly onChange: (...changed: readonly ('totals' | 'recent' | 'ledger')[]) => void;
}
