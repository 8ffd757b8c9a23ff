/** What an answer carries of the generated text: by frame, and counted up. */
import { lengthOf } from './text-length.ts';

/** What a value carried of the generated answer. */
export interface Content {
  /** Length of its text in UTF-16 units; 0 for what is no text, such as sound. */
  readonly characters: number;
  /** Some of it is for the reader of the answer: neither reasoning nor a tool call. */
  readonly visible: boolean;
}

/** Something generated that has no text of its own, or whose text was too long to keep. */
export const TEXTLESS: Content = { characters: 0, visible: false };

/** Content of texts for the reader and of others (reasoning, tool calls); null if all are empty. */
export function contentOf(
  visible: readonly unknown[],
  hidden: readonly unknown[] = [],
): Content | null {
  const shown = sum(visible);
  const characters = shown + sum(hidden);
  return characters === 0 ? null : { characters, visible: shown > 0 };
}

/** Several contents as one; null if there are none. */
export function joined(contents: readonly (Content | null)[]): Content | null {
  return contents.reduce((all, one) => {
    if (all === null || one === null) return all ?? one;
    return {
      characters: all.characters + one.characters,
      visible: all.visible || one.visible,
    };
  }, null);
}

function sum(texts: readonly unknown[]): number {
  return texts.reduce<number>((length, text) => length + lengthOf(text), 0);
}

export class ContentTally {
  /** Values that carried generated content; an answer in one piece is one. */
  chunks = 0;
  /** Length of all text, reasoning and tool calls included, in UTF-16 units. */
  characters = 0;
  /** Text for the reader of the answer was among it. */
  hasVisibleText = false;

  add({ characters, visible }: Content): void {
    this.chunks += 1;
    this.characters += characters;
    this.hasVisibleText ||= visible;
  }
}
