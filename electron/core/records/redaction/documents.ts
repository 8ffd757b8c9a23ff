/** The longest number, literal or escape that a cut can split. */
const MAX_TOKEN = 40;
const CUT_ESCAPE = /\\u?[\da-f]*$/i;
const CUT_LITERAL = /(?<![\w.+-])(?:-?\d[\d.eE+-]*|-|tr?u?|fa?l?s?|nu?l?)$/;

/**
 * `whole`: complete JSON. `cut`: JSON that was cut off. In both, quotes and brackets show where a
 * value ends. `unsound`: broken JSON, or not JSON at all.
 */
export type Soundness = 'whole' | 'cut' | 'unsound';

/** Checks whether a text is a JSON object or array. `isCut`: the text may be cut off at its end. */
export function soundnessOf(text: string, isCut: boolean): Soundness {
  if (!isDocument(text)) return 'unsound';
  if (isJson(text)) return 'whole';
  return isCut && isCutJson(text) ? 'cut' : 'unsound';
}

/** True if a text begins like a JSON object or array. A tag such as `[INST]` does not count. */
export function isDocument(text: string): boolean {
  return /^\s*(?:\{|\[(?!\/?[A-Z]))/.test(text);
}

function isCutJson(text: string): boolean {
  const { isInString, hasEscape, closers } = openParts(text);
  const tail = text.slice(-MAX_TOKEN);
  const without = (pattern: RegExp): string =>
    text.slice(0, text.length - (pattern.exec(tail)?.[0].length ?? 0));
  const kept = isInString && hasEscape ? without(CUT_ESCAPE) : text;
  const tries = isInString
    ? [`${kept}"`, `${kept}":0`]
    : [text, `${text}:0`, `${text}0`, `${without(CUT_LITERAL)}0`, without(/,\s*$/)];
  return tries.some((each) => isJson(each + closers));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns what is still open at the end of a text: a string, a partial escape, and brackets. */
function openParts(text: string): {
  readonly isInString: boolean;
  readonly hasEscape: boolean;
  readonly closers: string;
} {
  const marks = /["\\{}[\]]/g;
  const closers: string[] = [];
  let isInString = false;
  let escapeEnd = 0;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const [mark] = found;
    if (mark === '"') isInString = !isInString;
    else if (mark === '\\') {
      escapeEnd = found.index + (text[found.index + 1] === 'u' ? 6 : 2);
      marks.lastIndex = found.index + 2;
    } else if (isInString) continue;
    else if (mark === '{' || mark === '[') closers.push(mark === '{' ? '}' : ']');
    else closers.pop();
  }
  return { isInString, hasEscape: escapeEnd > text.length, closers: closers.reverse().join('') };
}
