/** Updates of the installed desktop. Over HTTP and when it runs from its sources, there are none. */
import type { Sentence } from './sentences.ts';

/** `off` asks nobody, `tell` asks once a day, `download` also fetches what is newer. */
export const UPDATE_MODES = ['off', 'tell', 'download'] as const;
export type UpdateMode = (typeof UPDATE_MODES)[number];

/** The folder with the packages and the files that name the newest ones. `publish` of electron-builder.yml is the same. */
export const RELEASES_URL = 'https://tokwatt.invalid/releases/';

/**
 * How the desktop was installed. `other` is a way that Tokwatt knows but cannot give a command for; `source` has no
 * updates.
 */
export type InstallKind =
  | 'appimage'
  | 'archive'
  | 'deb'
  | 'flatpak'
  | 'homebrew'
  | 'mac'
  | 'nsis'
  | 'other'
  | 'pacman'
  | 'portable'
  | 'rpm'
  | 'snap'
  | 'source';

/** A version that is newer than the running one. */
export interface FoundUpdate {
  readonly version: string;
  /** What the release says of itself: plain text of others, to be shown as such; null if it says nothing. */
  readonly notes: string | null;
  /** The size of its package, bytes. */
  readonly bytes: number | null;
  /** The shell command that updates this installation; null if Tokwatt replaces itself, or if there is none. */
  readonly command: string | null;
}

export interface AppUpdateState {
  readonly kind: InstallKind;
  /** True if Tokwatt downloads and installs by itself. */
  readonly replacesItself: boolean;
  /** The address that is asked. */
  readonly source: string;
  /** `ready`: downloaded and checked, to be installed by a restart. */
  readonly step: 'idle' | 'checking' | 'found' | 'downloading' | 'ready' | 'restarting';
  /** When the last answer came, Unix milliseconds. */
  readonly checkedAt: number | null;
  /** Null if none newer is known. */
  readonly found: FoundUpdate | null;
  /** The part that is downloaded, from 0 to 1; null before the first figure. */
  readonly progress: number | null;
  /** Why the last check, download or installation failed, and what to do; null if it did not. */
  readonly message: string | null;
  readonly messageSentence: Sentence | null;
}

/** What a user may ask for. */
export const UPDATE_ACTIONS = ['check', 'download', 'restart'] as const;
export type UpdateAction = (typeof UPDATE_ACTIONS)[number];
