/** The amount of generated content in an answer, for each frame and in total. */
import { lengthOf } from './text-length.ts';

/** The generated content of one value. */
export interface Content {
  /** Length of its text in UTF-16 units; 0 for content without text, such as sound. */
  readonly characters: number;
  /** True if some of it is visible text, that is neither reasoning nor a tool call. */
  readonly visible: boolean;
}

/** Generated content without text, or with text too long to keep. */
export const TEXTLESS: Content = { characters: 0, visible: false };

/** Content with visible and hidden texts (reasoning, tool calls); null if all are empty. */
export function contentOf(
  visible: readonly unknown[],
  hidden: readonly unknown[] = [],
): Content | null {
  const shown = sum(visible);
  const characters = shown + sum(hidden);
  return characters === 0 ? null : { characters, visible: shown > 0 };
}

/** Adds up several contents; null if there are none. */
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
  /** Number of values with generated content. An answer in one piece counts as one. */
  chunks = 0;
  /** Length of all text in UTF-16 units, including reasoning and tool calls. */
  characters = 0;
  /** True if any visible text was generated. */
  hasVisibleText = false;

  add({ characters, visible }: Content): void {
    this.chunks += 1;
    this.characters += characters;
    this.hasVisibleText ||= visible;
  }
}
