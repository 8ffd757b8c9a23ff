/** The lines of a history with their names and colours. */
import type { History, HistoryLine } from '../../../shared/history.ts';

/** The words that a line without a name takes. */
export interface LineWords {
  readonly all: string;
  readonly others: string;
  readonly noName: string;
}

export interface NamedLine {
  /** The name, to which the colour belongs; that of the total and of the others is fixed. */
  readonly key: string;
  readonly label: string;
  readonly line: HistoryLine;
  /** The name to filter by; null if there is none. */
  readonly filter: string | null;
}

export const TOTAL_KEY = 'output';
const OTHERS_KEY = 'others';
const NO_NAME_KEY = '\u{2205}';

/** The lines that are charted: those of the groups, or the total. */
export function chartedLines(history: History, words: LineWords): readonly NamedLine[] {
  const { lines, total } = history;
  if (lines.length === 0) return [totalLine(total, words)];
  return lines.map((line): NamedLine => {
    const { name, isOthers } = line;
    if (isOthers) return { key: OTHERS_KEY, label: words.others, line, filter: null };
    if (name === null) return { key: NO_NAME_KEY, label: words.noName, line, filter: null };
    return { key: name, label: name, line, filter: name };
  });
}

function totalLine(line: HistoryLine, words: LineWords): NamedLine {
  return { key: TOTAL_KEY, label: words.all, line, filter: null };
}

/** The rows of the table of sums: the groups; the total is apart. */
export function groupLines(history: History, words: LineWords): readonly NamedLine[] {
  return history.lines.length === 0 ? [] : chartedLines(history, words);
}
