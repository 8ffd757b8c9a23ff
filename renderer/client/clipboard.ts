/**
 * Puts text on the clipboard of the browser; rejects if it may not. Pages that came over plain HTTP
 * from another machine have no clipboard interface, but the copy command works there too.
 */
export async function copyInBrowser(text: string): Promise<void> {
  const { clipboard } = navigator as Partial<Pick<Navigator, 'clipboard'>>;
  try {
    if (clipboard !== undefined) {
      await clipboard.writeText(text);
      return;
    }
  } catch {
    // It was not permitted; the command may be.
  }
  if (!copyByCommand(text)) throw new Error('The browser does not let this page copy.');
}

/** Copies a selection, as the keyboard would, and gives the focus back. */
function copyByCommand(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  // Fixed, so that the focus does not scroll the page.
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  try {
    area.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else works without HTTPS
    return document.execCommand('copy');
  } finally {
    area.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
}
