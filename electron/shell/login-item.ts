import { app } from 'electron';
import {
  autostartFile,
  isAutostarted,
  removeAutostart,
  writeAutostart,
} from './autostart-entry.ts';

/** Whether the system starts Tokwatt at login. Only the system keeps this, so that there are no two answers. */
export interface LoginItem {
  isOn(): boolean;
  /** Returns what then holds. Throws with a reason if the system does not take it. */
  set(isOn: boolean): boolean;
}

const ARGS = ['--hidden'];

/** The login item of this system. Electron has none for Linux. */
export function systemLoginItem(): LoginItem {
  return process.platform === 'linux' ? autostartItem(autostartFile(process.env)) : electronItem();
}

function autostartItem(file: string): LoginItem {
  // A program that was moved, as an AppImage often is, would not be started any more.
  if (isAutostarted(file)) writeAutostart(file, commandLine());
  return {
    isOn: () => isAutostarted(file),
    set(isOn) {
      if (isOn) writeAutostart(file, commandLine());
      else removeAutostart(file);
      return isAutostarted(file);
    },
  };
}

/** An AppImage runs from a folder that exists only as long as it runs; `APPIMAGE` names its file. */
function commandLine(): string[] {
  const program = process.env.APPIMAGE ?? process.execPath;
  return [program, ...(app.isPackaged ? [] : [app.getAppPath()]), ...ARGS];
}

function electronItem(): LoginItem {
  // Windows compares the arguments, so they must be the same in both calls.
  const isOn = (): boolean => app.getLoginItemSettings({ args: ARGS }).openAtLogin;
  return {
    isOn,
    set(wish) {
      app.setLoginItemSettings({ openAtLogin: wish, args: ARGS });
      return isOn();
    },
  };
}

/** True if macOS started Tokwatt at login, where login items have no arguments. */
export function wasOpenedAtLogin(): boolean {
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}
