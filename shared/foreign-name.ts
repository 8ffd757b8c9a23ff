/**
 * Names that come from others, such as those of models and servers, on one line of text. Tray,
 * notifications and terminals show them outside of the page's control.
 */

/** Controls, line and paragraph separators: they end the line or do things to a terminal. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/**
 * Characters that change the direction of what follows, and those that cannot be seen. Both can make
 * one name look like another.
 */
const UNSEEN =
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
const MARKED = new RegExp(`${CONTROLS.source}|${UNSEEN.source}`, 'gu');
const EVERY_UNSEEN = new RegExp(UNSEEN.source, 'gu');
/** Hebrew, Arabic and the other scripts that are written from right to left. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/**
 * Returns a name that stays on its line and in its place: control characters and characters that
 * change the direction or cannot be seen are shown as `⟨U+202E⟩`, and a name with letters from right
 * to left is isolated from the text around it. A name longer than `longest` characters loses its
 * middle, because both ends say something: `hf.co/someone…Q4_K_M`.
 */
export function foreignName(name: string, longest = Infinity): string {
  const visible = shortened(name.replaceAll(MARKED, codePoint), longest);
  return RIGHT_TO_LEFT.test(visible) ? `${FIRST_STRONG_ISOLATE}${visible}${POP_ISOLATE}` : visible;
}

/**
 * The same for a sentence or a label that contains such names. Its line breaks stay, because a page
 * shows them as spaces where it does not mean them.
 */
export function foreignText(text: string): string {
  return text
    .split('\n')
    .map((line) => foreignName(line))
    .join('\n');
}

/**
 * The same JSON without such characters, for terminals: in strings they are escaped as `\u202e`.
 * Reading it gives the same value.
 */
export function foreignJson(json: string): string {
  return json.replaceAll(EVERY_UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function codePoint(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `⟨U+${code}⟩`;
}

function shortened(text: string, longest: number): string {
  // It has no more code points than units. Lists show many names, and hardly one is too long.
  if (text.length <= longest) return text;
  // By code points, so that no character is cut in two.
  const characters = Array.from(text);
  if (characters.length <= longest) return text;
  const head = Math.ceil((longest - 1) / 2);
  const tail = longest - 1 - head;
  return `${characters.slice(0, head).join('')}…${characters.slice(-tail).join('')}`;
}
