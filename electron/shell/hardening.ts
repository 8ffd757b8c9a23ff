import { app, shell } from 'electron';
import type { Session, WebContents } from 'electron';
import type { Log } from '../core/log.ts';
import { externalAddress } from './external-link.ts';

export interface PageHardening {
  /** The origin of Tokwatt's own page, whose links may leave Tokwatt. */
  readonly origin: string;
  readonly log: Log;
}

/**
 * Blocks navigation, new windows and webviews for every page. A link of our own page that asks for a new window is
 * opened by the system instead. Call this before the first window.
 */
export function hardenPages(options: PageHardening): void {
  app.on('web-contents-created', (_event, contents) => hardenPage(contents, options));
}

function hardenPage(contents: WebContents, { origin, log }: PageHardening): void {
  const deny = (event: { preventDefault(): void }): void => event.preventDefault();
  contents.on('will-navigate', deny);
  contents.on('will-redirect', deny);
  contents.on('will-attach-webview', deny);
  contents.setWindowOpenHandler(({ url }) => {
    const address = contents.getURL().startsWith(`${origin}/`) ? externalAddress(url) : null;
    if (address !== null) {
      shell.openExternal(address).catch((error: unknown) => {
        log.warn({ error: String(error) }, 'the system opened no program for a link');
      });
    }
    return { action: 'deny' };
  });
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
