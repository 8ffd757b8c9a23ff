import { app } from 'electron';
import type { Session, WebContents } from 'electron';

/**
 * Blocks navigation, new windows and webviews for every page. Call this before the first window.
 */
export function hardenPages(): void {
  app.on('web-contents-created', (_event, contents) => hardenPage(contents));
}

function hardenPage(contents: WebContents): void {
  const deny = (event: { preventDefault(): void }): void => event.preventDefault();
  contents.on('will-navigate', deny);
  contents.on('will-redirect', deny);
  contents.on('will-attach-webview', deny);
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/**
 * Refuses every permission (camera, notifications, clipboard reading, USB, …) and every download,
 * because the page needs none.
 */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}
