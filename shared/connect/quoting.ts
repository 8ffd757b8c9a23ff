const PLAIN = /^[\w@%+=:,./-]+$/;

/** Quotes one argument for the platform's own shell: cmd.exe on `win32`, else a POSIX shell. */
export function quoted(text: string, platform: string): string {
  if (platform === 'win32') return `"${text.replaceAll('"', '\\"')}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** As {@link quoted}, but leaves a word as it is if the shell does. */
export function word(text: string, platform: string): string {
  return PLAIN.test(text) ? text : quoted(text, platform);
}

/** The line that sets a variable of the environment for the commands that follow. */
export function setVariable(name: string, value: string, platform: string): string {
  // cmd.exe takes everything after the sign as the value, quotes too.
  return platform === 'win32' ? `set ${name}=${value}` : `export ${name}=${word(value, platform)}`;
}
