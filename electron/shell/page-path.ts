/** One path segment of a built file: no separators of any platform, no `..`, nothing hidden. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/**
 * The file, relative to the page's folder, that an address names; null if it is not of this origin or
 * could lead out of the folder. The folder itself names its `index.html`. Query and fragment are for
 * the page and do not choose the file.
 */
export function filePathFor(address: string, origin: string): string | null {
  // `URL.origin` is "null" for schemes outside the web, so the address is compared as text.
  if (address !== origin && !address.startsWith(`${origin}/`)) return null;
  const path = address.slice(origin.length).replace(/[?#].*$/s, '');
  if (path === '' || path === '/') return 'index.html';
  const segments = path.slice(1).split('/');
  return segments.every((segment) => SEGMENT.test(segment)) ? segments.join('/') : null;
}
