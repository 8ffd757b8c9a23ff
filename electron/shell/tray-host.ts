import { execFile } from 'node:child_process';

const WATCHER = 'org.kde.StatusNotifierWatcher';

/** Commands that ask the session bus whether a name is owned. Desktops ship at least one of them. */
const QUESTIONS: readonly (readonly [string, readonly string[]])[] = [
  [
    'dbus-send',
    [
      '--session',
      '--print-reply=literal',
      '--reply-timeout=2000',
      '--dest=org.freedesktop.DBus',
      '/org/freedesktop/DBus',
      'org.freedesktop.DBus.NameHasOwner',
      `string:${WATCHER}`,
    ],
  ],
  [
    'gdbus',
    [
      'call',
      '--session',
      '--timeout=2',
      '--dest=org.freedesktop.DBus',
      '--object-path=/org/freedesktop/DBus',
      '--method=org.freedesktop.DBus.NameHasOwner',
      WATCHER,
    ],
  ],
];

/**
 * Whether this desktop shows tray icons. Windows and macOS always do. Linux does if a program owns the
 * StatusNotifierWatcher (GNOME needs an extension). Without a session bus the answer is no. If the bus
 * cannot be asked, the answer is yes, which is right on most desktops.
 */
export async function hasTrayHost(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  for (const [command, args] of QUESTIONS) {
    const answer = await ask(command, args);
    if (answer !== null) return answer;
  }
  return true;
}

/** Null if the command is missing. */
function ask(command: string, args: readonly string[]): Promise<boolean | null> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 3_000 }, (error, stdout) => {
      if (error === null) resolve(/\btrue\b/.test(stdout));
      else resolve(error.code === 'ENOENT' ? null : false);
    });
  });
}
