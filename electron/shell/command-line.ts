import { isLink, linkIn } from './page-link.ts';

/** The desktop's command line without Electron's own part. */
export interface CommandLine {
  /** Flags as `headless` takes them. */
  readonly flags: readonly string[];
  /** Start in the tray without opening the window, as a login item does. */
  readonly hidden: boolean;
  /** The link that the system passes on, unchecked; null if none. */
  readonly link: string | null;
}

const HIDDEN = '--hidden';

/**
 * Switches of Chromium, Electron and desktop launchers. They share the command line with our flags and
 * always are one word (`--name=value`). A strict parser would reject them.
 */
const ENGINE_SWITCHES = [
  /^--(no-sandbox|no-zygote|no-first-run|no-proxy-server|single-process|in-process-gpu)$/,
  /^--(disable|enable|force|ozone|inspect|gtk|gpu|use|ignore|allow|trace|xdg|wm|unsafely)(-|=|$)/,
  /^--(remote-debugging|remote-allow|high-dpi|autoplay|proxy-(server|pac|bypass))/,
  /^--(js-flags|lang|class|name|v|vmodule|log-file|log-net-log|password-store|user-data-dir)(=|$)/,
  /^--(host-rules|host-resolver-rules|original-process-start-time|render-node-override)(=|$)/,
  /^--squirrel-/,
  /^-psn_/,
];

/**
 * Splits `process.argv` of an Electron main process.
 * @param fromFolder true for `electron [switches] FOLDER [flags]`, false for the packaged application,
 * whose executable is followed by switches and flags alone
 */
export function readCommandLine(argv: readonly string[], fromFolder: boolean): CommandLine {
  const own = argv
    .slice(fromFolder ? afterFolder(argv) : 1)
    .filter((word) => !isEngineSwitch(word));
  // Everything behind `--` is of others, such as the link of a web page.
  const end = own.indexOf('--');
  const [ours, link] =
    end === -1
      ? [own.filter((word) => !isLink(word)), linkIn(own)]
      : [own.slice(0, end), linkIn(own.slice(end))];
  return { flags: ours.filter((word) => word !== HIDDEN), hidden: ours.includes(HIDDEN), link };
}

function afterFolder(argv: readonly string[]): number {
  const folder = argv.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  return folder === -1 ? argv.length : folder + 1;
}

function isEngineSwitch(word: string): boolean {
  return ENGINE_SWITCHES.some((pattern) => pattern.test(word));
}
