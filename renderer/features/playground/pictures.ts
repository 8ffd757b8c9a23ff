import { newId } from './new-id.ts';
import type { Picture } from './types.ts';

/** The image types that servers read. */
export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
/** Most bytes of a message's images together. The API takes 8 MB in base64, which adds a third. */
const MAX_BYTES = 5_000_000;

/** Images that were read, and the file that was refused. */
export interface PicturesRead {
  readonly pictures: readonly Picture[];
  readonly refused: { readonly name: string; readonly reason: 'noImage' | 'tooLarge' } | null;
}

/** Reads files as images, up to the first that is none or too large beside those already `there`. */
export async function readPictures(
  files: readonly File[],
  there: readonly Picture[],
): Promise<PicturesRead> {
  const pictures: Picture[] = [];
  let bytes = there.reduce((sum, { source }) => sum + (source.length * 3) / 4, 0);
  for (const file of files) {
    const { name, type, size } = file;
    if (!PICTURE_TYPES.includes(type)) return { pictures, refused: { name, reason: 'noImage' } };
    bytes += size;
    if (bytes > MAX_BYTES) return { pictures, refused: { name, reason: 'tooLarge' } };
    pictures.push({ id: newId(), name, source: await dataUrlOf(file) });
  }
  return { pictures, refused: null };
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });
}
