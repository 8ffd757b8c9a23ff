/** More than this is not shown, characters. */
const LONGEST = 6_000;

type Notes = string | readonly { readonly version: string; readonly note: string | null }[] | null;

/**
 * What a release says of itself, as plain text; null if it says nothing. It comes from a server: who shows it must show
 * markup in it as it is.
 */
export function releaseNotes(notes: Notes | undefined): string | null {
  if (notes === null || notes === undefined) return null;
  const text =
    typeof notes === 'string'
      ? notes
      : notes.map(({ version, note }) => `${version}\n${note ?? ''}`).join('\n\n');
  const lines = text.replaceAll(/\r\n?/g, '\n').trim();
  if (lines === '') return null;
  return lines.length > LONGEST ? `${lines.slice(0, LONGEST)} …` : lines;
}
