/** Longest time until the browser has taken the file, milliseconds. */
const TAKEN_MS = 60_000;

/** Saves a file: where the desktop's dialog says, or in the browser's downloads. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), TAKEN_MS);
}
