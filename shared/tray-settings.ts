/** What the tray shows: the section `tray` of the settings. */
import * as v from 'valibot';

/** `ring` is the state alone; the others are figures in its place. */
export const TRAY_ICONS = ['ring', 'rate', 'power', 'memory', 'running'] as const;
export type TrayIconChoice = (typeof TRAY_ICONS)[number];

/** The figures that a line of text beside the icon may name, as `{rate}`. */
export const TRAY_TOKENS = [
  'rate',
  'input',
  'power',
  'memory',
  'temperature',
  'running',
  'waiting',
  'today',
] as const;
export type TrayToken = (typeof TRAY_TOKENS)[number];

const LONGEST_LINE = 40;

const line = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(LONGEST_LINE),
  v.check(
    (text) => tokensIn(text).every((name) => (TRAY_TOKENS as readonly string[]).includes(name)),
    `may name only these figures: ${TRAY_TOKENS.map((name) => `{${name}}`).join(', ')}`,
  ),
);

export const traySchema = v.object({
  icon: v.optional(v.picklist(TRAY_ICONS, `must be one of: ${TRAY_ICONS.join(', ')}`), 'ring'),
  /** Text beside the icon, on macOS. A line is shown only while all of its figures say something. */
  firstLine: v.optional(line, ''),
  secondLine: v.optional(line, ''),
});

export type TraySettings = v.InferOutput<typeof traySchema>;

export const DEFAULT_TRAY: TraySettings = v.parse(traySchema, {});

/** The names in braces. */
function tokensIn(text: string): string[] {
  return [...text.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? '');
}

/**
 * A line with its figures filled in; null while one of them has nothing to say, and for an empty
 * line.
 */
export function filledLine(
  text: string,
  figures: Readonly<Record<TrayToken, string | null>>,
): string | null {
  const names = tokensIn(text) as TrayToken[];
  if (text === '' || names.some((name) => figures[name] === null)) return null;
  return text.replaceAll(/\{([^}]*)\}/g, (_, name: TrayToken) => figures[name] ?? '');
}
