/** Keys that work in every program: the section `shortcuts` of the settings. */
import * as v from 'valibot';

/** What a shortcut does: shows the window, shows or hides the mini monitor, lets clicks through it or not. */
export const SHORTCUTS = ['window', 'miniMonitor', 'clickThrough'] as const;
export type ShortcutName = (typeof SHORTCUTS)[number];

const MODIFIERS =
  /^(command|cmd|control|ctrl|commandorcontrol|cmdorctrl|alt|option|altgr|shift|super|meta)$/i;
const FUNCTION_KEY = /^f([1-9]|1\d|2[0-4])$/i;
const KEY =
  /^([a-z\d]|num[\d]|space|tab|plus|up|down|left|right|home|end|pageup|pagedown|insert|delete|backspace|return|enter|[`\-=[\]\\;',./])$/i;

/**
 * True for the name of a combination, such as `Ctrl+Alt+T`, as Electron has them. A key that writes needs a
 * modifier other than Shift, because it would be taken from every program.
 */
export function isShortcut(text: string): boolean {
  const words = text.split('+').map((word) => word.trim());
  const key = words.pop() ?? '';
  if (!words.every((word) => MODIFIERS.test(word))) return false;
  if (FUNCTION_KEY.test(key)) return true;
  return KEY.test(key) && words.some((word) => !/^shift$/i.test(word));
}

/** Empty: none. */
const shortcut = v.optional(
  v.pipe(
    v.string(),
    v.trim(),
    v.check(
      (text) => text === '' || isShortcut(text),
      'must be keys such as Ctrl+Alt+T, or empty for none',
    ),
  ),
  '',
);

/** Off by default: such keys are taken from every other program. */
export const shortcutsSchema = v.object({
  window: shortcut,
  miniMonitor: shortcut,
  clickThrough: shortcut,
});

export type ShortcutSettings = v.InferOutput<typeof shortcutsSchema>;

export const DEFAULT_SHORTCUTS: ShortcutSettings = v.parse(shortcutsSchema, {});
