import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type * as Updaters from 'electron-updater';
import type { AppUpdater, CancellationToken, UpdateInfo } from 'electron-updater';
import type { InstallKind } from '../../../shared/app-update.ts';
import type { Log } from '../../core/log.ts';
import { releaseNotes } from './release-notes.ts';

/** A download that brings nothing for so long is given up, milliseconds. */
const STALLED_MS = 60_000;

/** A release that is newer than the running version. */
export interface Release {
  readonly version: string;
  readonly notes: string | null;
  readonly bytes: number | null;
  /** The SHA-512 of its file for this kind of installation, in Base64; null if it has none. */
  readonly sha512: string | null;
}

/** Asks for releases, downloads and checks them. */
export interface UpdateEngine {
  /** Where downloads are kept. */
  readonly folder: string;
  /** The newest release; null if it is not newer than the running version. Rejects if there is no usable answer. */
  check(): Promise<Release | null>;
  /**
   * Downloads the release of the last check, unless it is there already, and compares it with its hash. `onProgress` gets
   * the part from 0 to 1. Resolves to its file. Rejects with `signal.reason` if that is aborted.
   */
  download(onProgress: (part: number) => void, signal: AbortSignal): Promise<string>;
  /** Starts the installer, which waits for this process to end and then starts the new version. */
  install(): void;
}

export interface EngineOptions {
  readonly kind: InstallKind;
  readonly log: Log;
  /** The address to ask instead of the one in the package; null for that one. */
  readonly feed: string | null;
}

/** Loads electron-updater, which nothing needs before the first question. */
export async function loadEngine({ kind, log, feed }: EngineOptions): Promise<UpdateEngine> {
  const updaters = await import('electron-updater');
  const updater = new (updaterFor(kind, updaters))();
  configure(updater, kind, log);
  if (feed !== null) {
    updater.forceDevUpdateConfig = true;
    updater.setFeedURL({ provider: 'generic', url: feed, useMultipleRangeRequest: false });
  }
  return {
    folder: cacheFolder(process.env, process.platform),
    async check() {
      const result = await updater.checkForUpdates();
      return result?.isUpdateAvailable === true ? releaseOf(kind, result.updateInfo) : null;
    },
    async download(onProgress, signal) {
      const token = new updaters.CancellationToken();
      const [file] = await followed(updater, { token, onProgress, signal });
      if (file === undefined) throw new Error('nothing was downloaded');
      return file;
    },
    // Without the installer's pages: the user has asked for a restart, not for an installation.
    install: () => updater.quitAndInstall(true, true),
  };
}

/** Of a package that Tokwatt does not replace, only the question is asked, which is the same for all of a system. */
function updaterFor(
  kind: InstallKind,
  { AppImageUpdater, DebUpdater, MacUpdater, NsisUpdater }: typeof Updaters,
): new () => AppUpdater {
  if (kind === 'appimage') return AppImageUpdater;
  if (process.platform === 'win32') return NsisUpdater;
  return process.platform === 'darwin' ? MacUpdater : DebUpdater;
}

/** Nothing happens by itself, and a question tells nothing about who asks. */
function configure(updater: AppUpdater, kind: InstallKind, log: Log): void {
  updater.autoDownload = false;
  // Squirrel for macOS prepares the new version after the download only if it may install it at the end.
  updater.autoInstallOnAppQuit = kind === 'mac';
  updater.allowDowngrade = false;
  updater.isUserWithinRollout = () => true;
  updater.logger = {
    info: (words: unknown) => log.debug({ words: String(words) }, 'updater'),
    warn: (words: unknown) => log.info({ words: String(words) }, 'updater'),
    error: (words: unknown) => log.warn({ words: String(words) }, 'updater'),
  };
  Object.assign(updater, WITHOUT_ID);
}

/**
 * In the place of the random number that electron-updater makes once, stores, and sends with every question, so that a
 * server can give a release to a part of its users. It would make users recognisable.
 */
const WITHOUT_ID = {
  stagingUserIdPromise: { value: Promise.resolve('') },
  // Chromium would add the languages of the system.
  computeFinalHeaders: () => ({ accept: '*/*', 'accept-language': '*' }),
};

/** How the names of the files end that each kind downloads. */
const SUFFIXES: Partial<Record<InstallKind, string>> = {
  appimage: '.AppImage',
  mac: '.zip',
  nsis: '.exe',
};

function releaseOf(
  kind: InstallKind,
  { version, files, releaseNotes: notes }: UpdateInfo,
): Release {
  const suffix = SUFFIXES[kind];
  const file = suffix === undefined ? undefined : files.find(({ url }) => url.endsWith(suffix));
  return {
    version,
    notes: releaseNotes(notes),
    bytes: file?.size ?? null,
    sha512: file?.sha512 ?? null,
  };
}

interface Following {
  readonly token: CancellationToken;
  readonly onProgress: (part: number) => void;
  readonly signal: AbortSignal;
}

/** Downloads until the end, the signal, or a stall. */
async function followed(
  updater: AppUpdater,
  { token, onProgress, signal }: Following,
): Promise<string[]> {
  const stalled = new AbortController();
  const stall = (): void => stalled.abort(new Error('nothing came for a minute'));
  let timer = setTimeout(stall, STALLED_MS);
  const progress = ({ percent }: { readonly percent: number }): void => {
    clearTimeout(timer);
    timer = setTimeout(stall, STALLED_MS);
    onProgress(Math.min(Math.max(percent / 100, 0), 1));
  };
  updater.on('download-progress', progress);
  try {
    return await orAborted(AbortSignal.any([signal, stalled.signal]), token, () =>
      updater.downloadUpdate(token),
    );
  } finally {
    clearTimeout(timer);
    updater.off('download-progress', progress);
  }
}

/** electron-updater does not always notice that a connection has ended, so its promise is not waited for. */
function orAborted<T>(
  signal: AbortSignal,
  token: CancellationToken,
  work: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
      token.cancel();
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    void work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The system's folder for caches, in which electron-updater makes its own. */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'win32') return env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  const { XDG_CACHE_HOME: configured = '' } = env;
  return isAbsolute(configured) ? configured : join(homedir(), '.cache');
}
