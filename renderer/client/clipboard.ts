/**
 * Copies text to the browser's clipboard. Rejects if that is not permitted. Pages from another
 * machine over plain HTTP have no clipboard API, but the copy command works there.
 */
export async function copyInBrowser(text: string): Promise<void> {
  const { clipboard } = navigator as Partial<Pick<Navigator, 'clipboard'>>;
  try {
    if (clipboard !== undefined) {
      await clipboard.writeText(text);
      return;
    }
  } catch {
    // Not permitted; the copy command may still work.
  }
  if (!copyByCommand(text)) throw new Error('The browser does not let this page copy.');
}

/** Copies a selection as the keyboard does, then restores the focus. */
function copyByCommand(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  // Fixed, so that focusing it does not scroll the page.
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  try {
    area.select();
    // oxlint-disable-next-line typescript/no-deprecated -- nothing else works without HTTPS
    return document.execCommand('copy');
  } finally {
    area.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
}
