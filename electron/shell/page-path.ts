/** One path segment of a built file: no separator, no `..`, no hidden name. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/**
 * The file that an address names, relative to the page's folder. Null if the address has another origin
 * or could leave the folder. The folder's own address is `index.html`. Query and fragment are ignored.
 */
export function filePathFor(address: string, origin: string): string | null {
  // `URL.origin` is "null" for schemes outside the web, so the address is compared as text.
  if (address !== origin && !address.startsWith(`${origin}/`)) return null;
  const path = address.slice(origin.length).replace(/[?#].*$/s, '');
  if (path === '' || path === '/') return 'index.html';
  const segments = path.slice(1).split('/');
  return segments.every((segment) => SEGMENT.test(segment)) ? segments.join('/') : null;
}
