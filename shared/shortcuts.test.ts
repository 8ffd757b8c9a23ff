import { expect, test } from 'vitest';
import { isShortcut } from './shortcuts.ts';

test.each(['Ctrl+Alt+T', 'CommandOrControl+Shift+M', 'super+space', 'F9', 'Shift+F12', 'Alt+/'])(
  '%s is a shortcut',
  (text) => expect(isShortcut(text)).toBe(true),
);

test.each(['T', 'Shift+T', 'Ctrl', 'Ctrl+', 'Ctrl+Alt', 'Strg+T', 'Ctrl+TT', 'F25', '+', 'T+Ctrl'])(
  '%s is none',
  (text) => expect(isShortcut(text)).toBe(false),
);
