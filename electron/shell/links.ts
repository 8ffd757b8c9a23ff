import { app } from 'electron';
import { foreignName } from '../../shared/foreign-name.ts';
import type { Log } from '../core/log.ts';
import { addressOfLink, linkIn } from './page-link.ts';

const SCHEME = 'tokwatt';
const LONGEST_LOGGED = 200;
/** The page that opens for a link that names none. */
const OVERVIEW = '/';

/** Links to pages, which other programs open. */
export interface Links {
  /** Takes the link of a second start, as soon as the window can show it; `otherwise` without one. */
  receiveFrom(argv: readonly string[], otherwise: () => void): void;
  /** Returns the address of the link that came before, if any. Later ones are given to `open`. */
  deliver(open: (address: string) => void, log: Log): string | null;
}

/**
 * Receives links from now on. Call it before the application is ready: on macOS a start by a link tells it only in an
 * event.
 * @param first the link of this process' command line
 */
export function receiveLinks(first: string | null): Links {
  let waiting = first;
  let receive = (link: string): void => {
    waiting = link;
  };
  app.on('open-url', (event, link) => {
    event.preventDefault();
    receive(link);
  });
  return {
    receiveFrom(argv, otherwise) {
      const link = linkIn(argv);
      if (link === null) otherwise();
      else receive(link);
    },
    deliver(open, log) {
      receive = (link) => open(addressFor(link, log));
      return waiting === null ? null : addressFor(waiting, log);
    },
  };
}

/**
 * Makes the system give links to this application. Packages for Linux say so in their desktop entry, and asking the
 * desktop would block the start.
 */
export function claimLinks(): void {
  if (!app.isPackaged || process.platform === 'linux') return;
  // On Windows the link follows the end of all switches, so it cannot be taken for one.
  if (process.platform === 'win32')
    app.setAsDefaultProtocolClient(SCHEME, process.execPath, ['--']);
  else app.setAsDefaultProtocolClient(SCHEME);
}

function addressFor(link: string, log: Log): string {
  const address = addressOfLink(link);
  if (address === null) {
    log.warn({ link: foreignName(link, LONGEST_LOGGED) }, 'a link names no page of Tokwatt');
  }
  return address ?? OVERVIEW;
}
