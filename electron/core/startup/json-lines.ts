/** The tokens of a valid JSON text, without white space. */
const TOKEN = /[{}[\]:,]|"(?:[^"\\]|\\.)*"|[^\s{}[\]:,"]+/g;

/** An object or a list that is open at a place in the text. */
interface Container {
  readonly path: string;
  readonly isList: boolean;
  /** The next item of a list; null in an object. */
  index: number | null;
  /** The member whose value comes next; null where a name is expected. */
  key: string | null;
}

/**
 * The line (from 1) on which the value at a dotted path begins, such as `upstreams.0.url`. If the text
 * has no such value, the line of the innermost value around it; null if not even the first name of the
 * path is there. Of members with the same name it takes the last one, as `JSON.parse` does. `text`
 * must be valid JSON.
 */
export function lineOf(text: string, path: string): number | null {
  let found: { readonly path: string; readonly at: number } | null = null;
  for (const { path: each, at } of valuesOf(text)) {
    const isOnWay = each === path || path.startsWith(`${each}.`);
    if (isOnWay && each.length >= (found?.path.length ?? 1)) found = { path: each, at };
  }
  return found === null ? null : text.slice(0, found.at).split(/\r\n|\r|\n/).length;
}

/** All values but the outermost, with their paths and offsets, in the order of the text. */
function* valuesOf(text: string): Generator<{ readonly path: string; readonly at: number }> {
  const open: Container[] = [];
  for (const { 0: token, index: at } of text.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (token === '}' || token === ']') open.pop();
    else if (token === ',') next(inside);
    else if (inside?.isList === false && inside.key === null) inside.key = nameOf(token);
    else if (token !== ':') {
      const path = inside === undefined ? '' : pathOf(inside);
      if (path !== '') yield { path, at };
      if (token === '{') open.push({ path, isList: false, index: null, key: null });
      if (token === '[') open.push({ path, isList: true, index: 0, key: null });
    }
  }
}

function next(inside: Container | undefined): void {
  if (inside === undefined) return;
  inside.key = null;
  if (inside.index !== null) inside.index += 1;
}

function pathOf({ path, index, key }: Container): string {
  const last = index === null ? (key ?? '') : `${index}`;
  return path === '' ? last : `${path}.${last}`;
}

function nameOf(token: string): string {
  return JSON.parse(token) as string;
}
