import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { systemCode } from '../core/errors.ts';

/**
 * The file that makes a Linux desktop start Tokwatt at login (Desktop Application Autostart Specification). A relative
 * `XDG_CONFIG_HOME` is invalid and ignored (XDG Base Directory Specification).
 */
export function autostartFile(env: NodeJS.ProcessEnv): string {
  const configured = env.XDG_CONFIG_HOME ?? '';
  const base = isAbsolute(configured) ? configured : join(homedir(), '.config');
  return join(base, 'autostart', 'tokwatt.desktop');
}

/** True if the entry exists and neither the user nor the desktop has turned it off. */
export function isAutostarted(file: string): boolean {
  const text = readEntry(file);
  if (text === null) return false;
  return !/^\s*(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/m.test(text);
}

/** Writes the entry for a command. Throws if the folder cannot be written. */
export function writeAutostart(file: string, command: readonly string[]): void {
  const text = entryOf(command);
  if (readEntry(file) === text) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

export function removeAutostart(file: string): void {
  rmSync(file, { force: true });
}

function entryOf(command: readonly string[]): string {
  return `[Desktop Entry]
Type=Application
Version=1.5
Name=Tokwatt
Comment=Meters local LLM use: tokens and watts
Exec=${command.map(quoted).join(' ')}
Terminal=false
X-GNOME-Autostart-enabled=true
`;
}

/**
 * One argument of `Exec` (Desktop Entry Specification, "The Exec key"): in quotes, where a backslash escapes; then as a
 * value of a string, where backslashes are doubled. A percent sign would begin a field code.
 */
function quoted(argument: string): string {
  const escaped = argument.replace(/["`$\\]/g, '\\$&').replace(/\\/g, '\\\\');
  return `"${escaped.replace(/%/g, '%%')}"`;
}

function readEntry(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
